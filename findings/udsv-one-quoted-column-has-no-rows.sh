#!/usr/bin/env bash
# udsv 0.7.3 (npm): a CSV of one column in which any field is quoted.
# Guess: one row for each line under the header, as with the same fields unquoted and as with two columns.
# Seen: no rows at all and no error; one quoted field anywhere is enough to lose every row of the file.
# Hurt: whoever counts the values of a one-column export: tools that quote all text, or just one field with a comma,
# turn the file into an empty one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund udsv@0.7.3

cat >run.mjs <<'E'
import { inferSchema, initParser } from "udsv";
for (const text of ["key\na\nb\n", "\"key\"\n\"a\"\n\"b\"\n", "key\na\n\"b\"\n", "key,n\n\"a\",1\n\"b\",2\n"]) {
  const rows = initParser(inferSchema(text)).stringArrs(text);
  console.log(JSON.stringify(text), "->", JSON.stringify(rows));
}
E
node run.mjs | tee seen

cat >expected <<'E'
"key\na\nb\n" -> [["a"],["b"]]
"\"key\"\n\"a\"\n\"b\"\n" -> []
"key\na\n\"b\"\n" -> []
"key,n\n\"a\",1\n\"b\",2\n" -> [["a","1"],["b","2"]]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
