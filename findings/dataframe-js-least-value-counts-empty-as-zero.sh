#!/usr/bin/env bash
# dataframe-js 1.4.4 (npm): stat.min() and stat.max() of a column in which a field is empty.
# Guess: what stat.sum() and stat.mean() do: they leave the empty field out.
# Seen: the least of 10, 9 and an empty text is 0, the greatest of -10, -9 and null is 0, while the mean beside it is that of the
# two numbers. A text that is no number, undefined and NaN are left out.
# Hurt: whoever prints minimum, mean and maximum of a column with gaps: the extremes are of values that nobody measured.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund dataframe-js@1.4.4

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { DataFrame } = createRequire(import.meta.url)("dataframe-js");
for (const column of [[10, 9, ""], [10, 9, null], [-10, -9, null], [10, 9, undefined], [10, 9, "none"]]) {
  const { stat } = new DataFrame(column.map((value) => [value]), ["v"]);
  const name = column.map((value) => typeof value === "string" ? JSON.stringify(value) : String(value)).join(", ");
  console.log(`${name}: mean ${stat.mean("v")}, min ${stat.min("v")}, max ${stat.max("v")}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
10, 9, "": mean 9.5, min 0, max 10
10, 9, null: mean 9.5, min 0, max 10
-10, -9, null: mean -9.5, min -10, max 0
10, 9, undefined: mean 9.5, min 9, max 10
10, 9, "none": mean 9.5, min 9, max 10
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
