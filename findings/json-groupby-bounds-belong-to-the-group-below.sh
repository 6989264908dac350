#!/usr/bin/env bash
# json-groupby 1.1.1 (npm): groups of numbers by intervals.
# Guess: its README: the lower bound is inclusive and the upper one exclusive, so with 10, 20, 30 the value 20 is of the second group; 5 and 99 are of none.
# Seen: 20 is of the first group, as if the upper bound were the inclusive one, while 10 is of the first group too; 5 and 99 are counted with the first and the last.
# Hurt: whoever makes a histogram: round values, which are frequent, are a group too low, and outliers hide in the outer groups.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund json-groupby@1.1.1

cat >run.mjs <<'E'
import groupBy from "json-groupby";
const rows = [5, 10, 15, 20, 25, 30, 99].map((price) => ({ price }));
const groups = groupBy(rows, [{ property: "price", intervals: [10, 20, 30], labels: ["10 to 20", "20 to 30"] }]);
for (const [label, members] of Object.entries(groups)) {
  console.log(label, JSON.stringify(members.map(({ price }) => price)));
}
E
node run.mjs | tee seen

cat >expected <<'E'
10 to 20 [5,10,15,20]
20 to 30 [25,30,99]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
