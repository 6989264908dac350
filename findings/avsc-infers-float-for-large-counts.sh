#!/usr/bin/env bash
# avsc 5.7.9 (npm): Type.forValue() of whole numbers of 2^31 and more.
# Guess: Avro's long, which avsc has and which holds whole numbers to 2^53 exactly; or double, JavaScript's own number.
# Seen: the 32-bit "float". The schema and the round trip raise nothing, and the counts lose all but 24 bits:
# 3000000001 comes back as 3000000000, and two ids become one.
# Hurt: whoever infers the schema from the data: it is exact until the first count past 2147483647, and then all counts of
# that member, small ones of more than 24 bits too, are rounded.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund avsc@5.7.9

cat >run.mjs <<'E'
import avro from "avsc";
for (const counts of [[2147483647, 16777217], [2147483648, 16777217], [3000000001, 3000000002]]) {
  const rows = counts.map((n) => ({ n }));
  const type = avro.Type.forValue(rows);
  const read = type.fromBuffer(type.toBuffer(rows));
  console.log(counts.join(" "), "as", type.itemsType.fields[0].type.typeName, "->", read.map((row) => row.n).join(" "));
}
const long = avro.Type.forSchema("long");
console.log("3000000001 as long ->", long.fromBuffer(long.toBuffer(3000000001)));
E
node run.mjs | tee seen

cat >expected <<'E'
2147483647 16777217 as int -> 2147483647 16777217
2147483648 16777217 as float -> 2147483648 16777216
3000000001 3000000002 as float -> 3000000000 3000000000
3000000001 as long -> 3000000001
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
