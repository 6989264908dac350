#!/usr/bin/env bash
# apache-arrow (JavaScript) 21.2.0: Table.concat() of two tables with the same columns in another order.
# Guess: columns are matched by name, or the call raises: new Table([...batches of both]) does raise "schemas must be
# equivalent" for the very same input.
# Seen: concat() matches by position and checks neither names nor types. The second table's values come out under the
# other columns' names, and in the column of numbers there is text.
# Hurt: whoever gathers partial results of several workers or files: counts land in the wrong column, without an error.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund apache-arrow@21.2.0

cat >run.mjs <<'E'
import { Table, tableFromArrays } from "apache-arrow";
const show = (table) => table.toArray().map((row) => JSON.stringify(row)).join(" ");
const one = tableFromArrays({ errors: Int32Array.of(1, 2), hits: Int32Array.of(100, 200) });
const two = tableFromArrays({ hits: Int32Array.of(300), errors: Int32Array.of(3) });
console.log("the second table:", show(two));
console.log("concat:", show(one.concat(two)));
try {
  console.log("new Table:", show(new Table([...one.batches, ...two.batches])));
} catch (error) {
  console.log("new Table:", error.message);
}
const text = tableFromArrays({ errors: ["n/a"], hits: ["n/a"] });
const mixed = one.concat(text);
console.log("with text:", show(mixed), "| the column says", String(mixed.getChild("hits").type));
E
node run.mjs | tee seen

cat >expected <<'E'
the second table: {"hits":300,"errors":3}
concat: {"errors":1,"hits":100} {"errors":2,"hits":200} {"errors":300,"hits":3}
new Table: Table and inner RecordBatch schemas must be equivalent.
with text: {"errors":1,"hits":100} {"errors":2,"hits":200} {"errors":"n/a","hits":"n/a"} | the column says Int32
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
