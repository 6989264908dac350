#!/usr/bin/env bash
# alasql 4.19.1 (npm): SUM and AVG of numbers that came as text, as from JSON or from a form.
# Guess: both take "2" for 2, or both refuse or skip it; whatever they do, AVG is SUM divided by COUNT.
# Seen: it hangs on the order of the rows. SUM leaves a leading text out but hangs a later one on: 5 for "10", 5 and "510"
# for 5, "10". AVG always hangs it on: of "1", "2", "3" it is 41, a third of 123.
# Hurt: whoever adds up a column with one text in it: the figures look like numbers and grow with the number of digits.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund alasql@4.19.1

cat >run.mjs <<'E'
import alasql from "alasql";
for (const values of [[1, 2, 3], ["1", "2", "3"], ["10", 5], [5, "10"]]) {
  const [row] = alasql("SELECT SUM(n) AS s, AVG(n) AS a, COUNT(n) AS c FROM ?", [values.map((n) => ({ n }))]);
  console.log(JSON.stringify(values), "sum", row.s, "avg", row.a, "count", row.c);
}
E
node run.mjs | tee seen

cat >expected <<'E'
[1,2,3] sum 6 avg 2 count 3
["1","2","3"] sum undefined avg 41 count 3
["10",5] sum 5 avg 52.5 count 2
[5,"10"] sum 510 avg 255 count 2
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
