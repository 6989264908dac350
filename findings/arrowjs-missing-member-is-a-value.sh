#!/usr/bin/env bash
# apache-arrow (JavaScript) 21.2.0: tableFromJSON() and vectorFromArray() where a row lacks a member or has undefined.
# Guess: null, as for a member that is null: every column made here is nullable.
# Seen: only null is null. A missing member becomes a value of the column's type: "" in text, false in booleans, NaN in
# floats and 0 in an Int32 column.
# Hurt: whoever turns ragged NDJSON into Arrow: rows without the key are counted under the key "", one missing number
# makes a sum NaN, and averages include zeros nobody sent.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund apache-arrow@21.2.0

cat >run.mjs <<'E'
import { Int32, tableFromJSON, vectorFromArray } from "apache-arrow";
const table = tableFromJSON([
  { key: "a", ok: true, n: 1 },
  {},
  { key: null, ok: null, n: null },
]);
for (const name of ["key", "ok", "n"]) {
  const column = table.getChild(name);
  const shown = [...column].map((v) => v === null ? "null" : typeof v === "string" ? JSON.stringify(v) : String(v));
  console.log(`${name}: full, missing, null -> ${shown.join(", ")} (nulls: ${column.nullCount})`);
}
const whole = vectorFromArray([1, undefined, null], new Int32());
console.log(`Int32: full, missing, null -> ${[...whole].map(String).join(", ")} (nulls: ${whole.nullCount})`);
E
node run.mjs | tee seen

cat >expected <<'E'
key: full, missing, null -> "a", "", null (nulls: 1)
ok: full, missing, null -> true, false, null (nulls: 1)
n: full, missing, null -> 1, NaN, null (nulls: 1)
Int32: full, missing, null -> 1, 0, null (nulls: 1)
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
