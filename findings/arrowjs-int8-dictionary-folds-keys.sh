#!/usr/bin/env bash
# apache-arrow (JavaScript) 21.2.0: building a Dictionary<Utf8, Int8> or <Utf8, Uint8> column of more distinct keys than
# the index type can name.
# Guess: an error once the index type is full, or a wider index, as pyarrow picks.
# Seen: no error. The index wraps: with Uint8 the 257th key becomes the first one; with Int8 the keys from the 129th on
# read back as empty text until the index comes round again.
# Hurt: whoever picks a narrow index to save space for "a few" categories: rows silently move to other keys, and every
# count by that column is wrong from then on, in memory and in what is written.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund apache-arrow@21.2.0

cat >run.mjs <<'E'
import { Dictionary, Int16, Int8, Table, Uint8, Utf8, makeBuilder, tableFromIPC, tableToIPC } from "apache-arrow";
for (const [name, index] of [["Int8", new Int8()], ["Uint8", new Uint8()], ["Int16", new Int16()]]) {
  const builder = makeBuilder({ type: new Dictionary(new Utf8(), index) });
  for (let i = 0; i < 300; i++) builder.append(`key${i}`);
  const key = builder.finish().toVector();
  const read = tableFromIPC(tableToIPC(new Table({ key }))).getChild("key");
  const shown = [127, 128, 255, 256, 299].map((i) => `key${i} is ${JSON.stringify(read.get(i))}`);
  console.log(`${name}: ${read.length} rows, ${new Set(read).size} distinct;`, shown.join(", "));
}
E
node run.mjs | tee seen

cat >expected <<'E'
Int8: 300 rows, 129 distinct; key127 is "key127", key128 is "", key255 is "", key256 is "key0", key299 is "key43"
Uint8: 300 rows, 256 distinct; key127 is "key127", key128 is "key128", key255 is "key255", key256 is "key0", key299 is "key43"
Int16: 300 rows, 300 distinct; key127 is "key127", key128 is "key128", key255 is "key255", key256 is "key256", key299 is "key299"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
