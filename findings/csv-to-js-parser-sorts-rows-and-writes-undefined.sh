#!/usr/bin/env bash
# csv-to-js-parser 2.3.7 (npm): csvToObj() of plain rows, without a description of the columns.
# Guess: the rows in the order of the file, and nothing where a row is shorter than the head.
# Seen: rows come sorted by their first column as text, or in no order at all where one of these is empty; what a short row lacks is the nine letters of undefined,
# a text that no later step can tell from a value.
# Hurt: whoever takes the first or latest rows, or counts values of a column that some rows lack: undefined becomes a frequent key.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund csv-to-js-parser@2.3.7

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { csvToObj } = createRequire(import.meta.url)("csv-to-js-parser");

console.log(JSON.stringify(csvToObj("k,v\nb,1\na,2\n10,3\n9,4\n", ",")));
console.log(JSON.stringify(csvToObj("k,v,w\nb,1,x\n,2,y\na,3\n", ",")));
E
node run.mjs | tee seen

cat >expected <<'E'
[{"k":"10","v":"3"},{"k":"9","v":"4"},{"k":"a","v":"2"},{"k":"b","v":"1"}]
[{"k":"a","v":"3","w":"undefined"},{"k":null,"v":"2","w":"y"},{"k":"b","v":"1","w":"x"}]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
