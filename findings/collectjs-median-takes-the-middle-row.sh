#!/usr/bin/env bash
# collect.js 4.36.1 (npm): median() of numbers that are not in order.
# Guess: the middle one by size; mode(), min() and max() of the same package do not ask for an order either.
# Seen: the one that stands in the middle: of 1, 100, 2 it is 100, and of n = 10, 9, 1, 100 it is 5, the mean of 9 and 1.
# Sorted first, the result is right.
# Hurt: whoever takes the median of sizes or times as they come: the figure is that of any row, changes with the order of the
# input and looks plausible.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund collect.js@4.36.1

cat >run.mjs <<'E'
import { collect } from "collect.js";
for (const values of [[1, 2, 100], [1, 100, 2], [100, 1, 2], [10, 9, 1, 100]]) {
  const rows = values.map((n) => ({ n }));
  const sorted = collect(rows).sortBy("n").median("n");
  console.log(values.join(" "), "median", collect(values).median(), "by key", collect(rows).median("n"), "sorted first", sorted);
}
E
node run.mjs | tee seen

cat >expected <<'E'
1 2 100 median 2 by key 2 sorted first 2
1 100 2 median 100 by key 100 sorted first 2
100 1 2 median 1 by key 1 sorted first 2
10 9 1 100 median 5 by key 5 sorted first 9.5
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
