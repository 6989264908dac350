#!/usr/bin/env bash
# @tidyjs/tidy 2.6.1 (npm): summarize() with sum(), mean() and median() over numbers that are text, as CSV readers give them.
# Guess: all three take "1" and "2" for numbers, or none does.
# Seen: the sum is 3 and the median 1.5, but the mean is undefined, so that it is missing from what is written as JSON. One number
# in the column that is no text makes a mean of that one alone.
# Hurt: whoever averages a column of a CSV file per group: the mean is lost, or is that of the few rows whose type differs.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @tidyjs/tidy@2.6.1

cat >run.mjs <<'E'
import { mean, median, n, sum, summarize, tidy } from "@tidyjs/tidy";
for (const column of [[1, 2], ["1", "2"], ["1", "2", 30]]) {
  const rows = column.map((v) => ({ v }));
  const seen = tidy(rows, summarize({ n: n(), sum: sum("v"), mean: mean("v"), median: median("v") }));
  console.log(JSON.stringify(column), JSON.stringify(seen));
}
E
node run.mjs | tee seen

cat >expected <<'E'
[1,2] [{"n":2,"sum":3,"mean":1.5,"median":1.5}]
["1","2"] [{"n":2,"sum":3,"median":1.5}]
["1","2",30] [{"n":3,"sum":33,"mean":30,"median":2}]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
