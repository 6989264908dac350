#!/usr/bin/env bash
# papaparse 5.7.1 (npm): a well-formed TSV of two columns that ends in a line break, delimiter left to be detected.
# Guess: the tab is found, whatever the number of rows; a lone row is less evidence than twenty, but the evidence is clear.
# Seen: with fewer than nine rows under the header the line break at the end is taken as a row of one field, the average
# falls below two and the comma is used instead: one column named "key<TAB>count". Nine rows and more are read well, so are
# three columns, the same text without the last line break, and skipEmptyLines.
# Hurt: whoever reads results of key and count: the day with eight keys has another shape than the day with nine.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund papaparse@5.7.1

cat >run.mjs <<'E'
import Papa from "papaparse";
const tsv = (rows, columns) =>
  [["key", "count", "share"], ...Array.from({ length: rows }, (_, i) => [`k${i}`, i, 0])]
    .map((row) => row.slice(0, columns).join("\t") + "\n").join("");
const show = (name, text, options) => {
  const { data, errors } = Papa.parse(text, { header: true, ...options });
  console.log(`${name}: ${JSON.stringify(data[0])}, ${errors[0]?.code ?? "no error"}`);
};
show("1 row, 2 columns", tsv(1, 2));
show("8 rows, 2 columns", tsv(8, 2));
show("9 rows, 2 columns", tsv(9, 2));
show("8 rows, 3 columns", tsv(8, 3));
show("8 rows, no line break at the end", tsv(8, 2).trimEnd());
show("8 rows, skipEmptyLines", tsv(8, 2), { skipEmptyLines: true });
E
node run.mjs | tee seen

cat >expected <<'E'
1 row, 2 columns: {"key\tcount":"k0\t0"}, UndetectableDelimiter
8 rows, 2 columns: {"key\tcount":"k0\t0"}, UndetectableDelimiter
9 rows, 2 columns: {"key":"k0","count":"0"}, TooFewFields
8 rows, 3 columns: {"key":"k0","count":"0","share":"0"}, TooFewFields
8 rows, no line break at the end: {"key":"k0","count":"0"}, no error
8 rows, skipEmptyLines: {"key":"k0","count":"0"}, no error
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
