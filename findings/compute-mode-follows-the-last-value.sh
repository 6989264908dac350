#!/usr/bin/env bash
# compute-mode 1.0.0 (npm): the most frequent value of a list.
# Guess: the values that occur most often, wherever they stand.
# Seen: a value that occurs less often takes the place of those before it, so [1,1,1,2] has the mode 2: what comes last decides. In the other order the answer is right, and [1,2,2,3,3] has one mode of its two.
# Hurt: whoever names the most frequent code or category of a column by it: the answer depends on the order of the records.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund compute-mode@1.0.0

cat >run.mjs <<'E'
import mode from "compute-mode";
for (const list of [[2, 1, 1, 1], [1, 1, 1, 2], [1, 2, 2, 3, 3], [404, 200, 200, 200, 200, 500]]) {
  console.log(JSON.stringify(list), "->", JSON.stringify(mode(list)));
}
E
node run.mjs | tee seen

cat >expected <<'E'
[2,1,1,1] -> [1]
[1,1,1,2] -> [2]
[1,2,2,3,3] -> [3]
[404,200,200,200,200,500] -> [500]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
