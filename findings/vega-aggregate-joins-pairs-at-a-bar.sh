#!/usr/bin/env bash
# vega 6.4.0 (npm): the aggregate transform grouped by two fields whose text may hold "|".
# Guess: one group for each pair of values.
# Seen: a pair is told from others by the text "first|second": "a|b" with "c" and "a" with "b|c" are one group, shown under the pair
# that came first; so are null with "1" and "null" with 1. joinaggregate does likewise. One field alone is right.
# Hurt: whoever charts counts by two keys out of logs or shell commands: one bar holds the counts of two pairs, and the other pair
# has none; the sum of all is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund vega@6.4.0

cat >run.mjs <<'E'
import { parse, View } from "vega";
async function groups(pairs, transform) {
  const values = pairs.map(([first, second, n]) => ({ first, second, n }));
  const spec = { data: [{ name: "rows", values, transform: [transform] }] };
  return (await new View(parse(spec), { renderer: "none" }).runAsync()).data("rows").map((row) => Object.values(row));
}
const groupby = ["first", "second"];
const sum = { type: "aggregate", groupby, ops: ["sum"], fields: ["n"], as: ["n"] };
const share = { type: "joinaggregate", groupby, ops: ["count"], as: ["times"] };
const show = (name, rows) => console.log(`${name}:`, JSON.stringify(rows));
const bars = [["sort|uniq", "-c", 3], ["sort", "uniq|-c", 40], ["sort", "-u", 500]];
show("aggregate", await groups(bars, sum));
show("joinaggregate", await groups(bars, share));
show("one field", await groups(bars, { ...sum, groupby: ["first"] }));
show("null and 1", await groups([[null, "1", 3], ["null", 1, 40]], sum));
E
node run.mjs | tee seen

cat >expected <<'E'
aggregate: [["sort|uniq","-c",43],["sort","-u",500]]
joinaggregate: [["sort|uniq","-c",3,2],["sort|uniq","-c",40,2],["sort","-u",500,1]]
one field: [["sort|uniq",3],["sort",540]]
null and 1: [[null,"1",43]]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
