#!/usr/bin/env bash
# data-forge 1.10.5 (npm): Series#frequency() with lower, upper and interval over values that reach the upper bound.
# Guess: a value of 10 is in the last group up to 10, or in the one above it.
# Seen: frequency() raises a TypeError about undefined as soon as one value is exactly the upper bound. Values above it are counted
# in a group of their own.
# Hurt: whoever groups percentages from 0 to 100: the table works on samples, and fails on the day that one is 100.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund data-forge@1.10.5

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { Series } = createRequire(import.meta.url)("data-forge");
for (const values of [[1, 5, 9], [1, 5, 9, 10], [1, 5, 9, 11], [0, 5, 9]]) {
  try {
    const groups = new Series(values).frequency({ lower: 0, upper: 10, interval: 5 }).toArray();
    console.log(values.join(" "), "->", groups.map((g) => `${g.lower ?? ""}..${g.upper ?? ""}: ${g.count}`).join(", "));
  } catch (error) {
    console.log(values.join(" "), "->", error.name);
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
1 5 9 -> 0..5: 1, 5..10: 2
1 5 9 10 -> TypeError
1 5 9 11 -> 0..5: 1, 5..10: 2, 10..: 1
0 5 9 -> 0..5: 1, 5..10: 2
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
