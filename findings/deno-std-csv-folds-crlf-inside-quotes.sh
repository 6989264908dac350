#!/usr/bin/env bash
# deno-std 1.4.0 (npm, the Deno standard library), csv: parse() of a quoted field that holds CR LF.
# Guess: the field as it stands between the quotes, which is what quotes are for; papaparse, csv-parse and Python's csv
# give it so.
# Seen: CR LF becomes LF, so "a<CR><LF>b" and "a<LF>b" are one value after reading. A lone CR stays, and CsvParseStream does
# the same as parse().
# Hurt: whoever counts or joins by text of several lines, such as addresses or messages: two keys of other tools become
# one here, and byte lengths and hashes of fields change.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund deno-std@1.4.0 papaparse@5.7.1 csv-parse@7.0.3

cat >run.mjs <<'E'
import { writeFileSync } from "node:fs";
import { parse } from "deno-std/csv/parse.js";
import { CsvParseStream } from "deno-std/csv/parse_stream.js";
import { parse as csvParse } from "csv-parse/sync";
import Papa from "papaparse";
const text = '"a\r\nb",1\r\n"a\nb",2\r\n"a\rb",3\r\n';
writeFileSync("in.csv", text);
const streamed = [];
for await (const row of ReadableStream.from([text]).pipeThrough(new CsvParseStream())) streamed.push(row);
const show = (name, rows) => console.log(name, rows.map((row) => JSON.stringify(row[0])).join(" "));
show("deno-std parse", parse(text));
show("deno-std stream", streamed);
show("papaparse", Papa.parse(text, { skipEmptyLines: true }).data);
show("csv-parse", csvParse(text));
E
node run.mjs | tee seen
python3 -c 'import csv; print("python3", *(repr(row[0]) for row in csv.reader(open("in.csv", newline=""))))' | tee -a seen

cat >expected <<'E'
deno-std parse "a\nb" "a\nb" "a\rb"
deno-std stream "a\nb" "a\nb" "a\rb"
papaparse "a\r\nb" "a\nb" "a\rb"
csv-parse "a\r\nb" "a\nb" "a\rb"
python3 'a\r\nb' 'a\nb' 'a\rb'
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
