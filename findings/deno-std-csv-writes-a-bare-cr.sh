#!/usr/bin/env bash
# deno-std 1.4.0 (npm, the Deno standard library), csv: stringify() of a field that holds a lone carriage return.
# Guess: the field is quoted, like one with a line feed, a comma or a quote: RFC 4180 names CR among what must be.
# Seen: it is written bare. The package's own parse() reads it back, so its tests never see it; d3-dsv and Python's csv take it for
# the end of a row.
# Hurt: whoever hands such a file on: one key of two parts becomes two rows, the first without its count and the second with
# the count under a key nobody sent.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund deno-std@1.4.0 d3-dsv@3.0.2 csv-stringify@6.9.0

cat >run.mjs <<'E'
import { writeFileSync } from "node:fs";
import { csvParseRows } from "d3-dsv";
import { stringify as csvStringify } from "csv-stringify/sync";
import { parse } from "deno-std/csv/parse.js";
import { stringify } from "deno-std/csv/stringify.js";
const rows = [["left\rright", 7], ["up\ndown", 8]];
const text = stringify(rows);
writeFileSync("out.csv", text);
console.log("deno-std writes", JSON.stringify(text));
console.log("csv-stringify writes", JSON.stringify(csvStringify(rows)));
console.log("deno-std reads", JSON.stringify(parse(text)));
console.log("d3-dsv reads", JSON.stringify(csvParseRows(text)));
E
node run.mjs | tee seen
python3 -c 'import csv; print("python3 reads", [row for row in csv.reader(open("out.csv", newline=""))])' | tee -a seen

cat >expected <<'E'
deno-std writes "left\rright,7\r\n\"up\ndown\",8\r\n"
csv-stringify writes "\"left\rright\",7\n\"up\ndown\",8\n"
deno-std reads [["left\rright","7"],["up\ndown","8"]]
d3-dsv reads [["left"],["right","7"],["up\ndown","8"]]
python3 reads [['left'], ['right', '7'], ['up\ndown', '8']]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
