#!/usr/bin/env bash
# csv-turbo 1.0.0 (PyPI): CsvReader as it comes, on rows whose fields are all empty.
# Guess: a row for each record; skip_blank_lines, on by default, "skips completely empty lines", and a line such as "," is not one.
# Seen: each record of empty fields is dropped, "," as well as '"",""', from the rows and from count_rows(); a line of spaces around a
# comma stays. All fields lose the spaces around them, those within quotes too, so keys that differ in them join.
# Hurt: whoever counts records or pairs rows of two files by their number: rows without values are not there, and no error says so.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csv-turbo==1.0.0

cat >probe.py <<'E'
import csv
import io

from csv_turbo import CsvReader

TEXT = 'key,note\na,1\n,\n"",""\n , \n" a",2\n'
print("csv of Python:", list(csv.reader(io.StringIO(TEXT)))[1:])
for options in ({}, {"strip_whitespace": False}, {"skip_blank_lines": False}):
    rows = [list(row.values()) for row in CsvReader.from_string(TEXT, **options).read_all()]
    counted = CsvReader.from_string(TEXT, **options).count_rows()
    print(options or "as it comes", f"{len(rows)} rows, count_rows() {counted}:", rows)
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
csv of Python: [['a', '1'], ['', ''], ['', ''], [' ', ' '], [' a', '2']]
as it comes 3 rows, count_rows() 3: [['a', '1'], ['', ''], ['a', '2']]
{'strip_whitespace': False} 3 rows, count_rows() 3: [['a', '1'], [' ', ' '], [' a', '2']]
{'skip_blank_lines': False} 5 rows, count_rows() 5: [['a', '1'], ['', ''], ['', ''], ['', ''], ['a', '2']]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
