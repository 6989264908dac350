#!/usr/bin/env bash
# streaming-percentiles 3.1.0 (npm): quantile(0) of a Greenwald-Khanna summary.
# Guess: the least value that was inserted, as quantile(1) is the greatest one.
# Seen: 0, whatever was inserted: below all of 100 to 600, above all of -5 and -3. The summaries of the same package by CKMS give
# the least value.
# Hurt: whoever prints minimum, median and maximum of latencies from one summary: each service seems to have answered once in no time.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund streaming-percentiles@3.1.0

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { GK, CKMS_UQ } = createRequire(import.meta.url)("streaming-percentiles");
for (const values of [[100, 200, 300, 400, 500, 600], [7], [-5, -3]]) {
  for (const Summary of [GK, CKMS_UQ]) {
    const summary = new Summary(0.01);
    for (const value of values) summary.insert(value);
    console.log(Summary.name, "of", values.join(" "), "gives", [0, 0.5, 1].map((q) => summary.quantile(q)).join(", "));
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
GK of 100 200 300 400 500 600 gives 0, 300, 600
CKMS_UQ of 100 200 300 400 500 600 gives 100, 300, 600
GK of 7 gives 0, 7, 7
CKMS_UQ of 7 gives 7, 7, 7
GK of -5 -3 gives 0, -5, -3
CKMS_UQ of -5 -3 gives -5, -5, -3
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
