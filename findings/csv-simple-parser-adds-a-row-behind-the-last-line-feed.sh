#!/usr/bin/env bash
# csv-simple-parser 2.0.2 (npm): a file whose last line ends with a line feed, as nearly all do.
# Guess: RFC 4180: the last record may or may not end with a line break, so both files have the same rows.
# Seen: the line feed begins one more row: an empty first field and null for the others; with header: true it is an object whose first
# member is empty, or null with infer. The more fields a row has than the head, the rest stand in the last one, commas and all.
# Hurt: whoever counts rows or groups by the first column: one row too many in each file, under an empty key.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund csv-simple-parser@2.0.2

cat >run.mjs <<'E'
import parse from "csv-simple-parser";

const rows = "city,n\nOslo,1\nRome,2";
for (const text of [rows, rows + "\n", rows + "\r\n"]) {
  console.log(JSON.stringify(text), parse(text).length, JSON.stringify(parse(text)));
}
console.log(JSON.stringify(parse(rows + "\n", { header: true, infer: true })));
E
node run.mjs | tee seen

cat >expected <<'E'
"city,n\nOslo,1\nRome,2" 3 [["city","n"],["Oslo","1"],["Rome","2"]]
"city,n\nOslo,1\nRome,2\n" 4 [["city","n"],["Oslo","1"],["Rome","2"],["",null]]
"city,n\nOslo,1\nRome,2\r\n" 4 [["city","n"],["Oslo","1"],["Rome","2\r"],["",null]]
[{"city":"Oslo","n":1},{"city":"Rome","n":2},{"city":null}]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
