#!/usr/bin/env bash
# deno-std 1.4.0 (npm, the Deno standard library), csv: stringify() and parse() of a column alone in which a field is empty.
# Guess: what stringify() writes, parse() reads back. Other writers write such a row as "" (Python's csv does), for a blank
# line is no row to many readers.
# Seen: stringify() writes a blank line, and parse() of the same package skips blank lines: the row is gone, with no error.
# Two columns, or "" written out, keep it.
# Hurt: whoever writes a list of keys: the empty key and how often it came are lost on the way, and the row numbers shift.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund deno-std@1.4.0

cat >run.mjs <<'E'
import { parse } from "deno-std/csv/parse.js";
import { stringify } from "deno-std/csv/stringify.js";
for (const rows of [[["a"], [""], ["b"], [""]], [["a", "1"], ["", "2"], ["b", "3"], ["", "4"]]]) {
  const text = stringify(rows);
  console.log(rows.length, "rows ->", JSON.stringify(text), "->", parse(text).length, "rows");
}
console.log("written out:", parse('a\r\n""\r\nb\r\n').length, "rows");
E
node run.mjs | tee seen
python3 -c 'import csv, sys; csv.writer(sys.stdout, lineterminator=" | ").writerows([["a"], [""], ["b"]]); print("by python3")' | tee -a seen

cat >expected <<'E'
4 rows -> "a\r\n\r\nb\r\n\r\n" -> 2 rows
4 rows -> "a,1\r\n,2\r\nb,3\r\n,4\r\n" -> 4 rows
written out: 3 rows
a | "" | b | by python3
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
