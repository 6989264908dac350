#!/usr/bin/env bash
# @discoveryjs/json-ext 1.1.0 (npm): stringifyInfo(), "size of JSON in bytes" before it is written.
# Guess: the bytes that JSON.stringify() and stringifyChunked() of the same package write, as its README shows for a small object.
# Seen: two sizes are off. A number from 1e18 on counts as 18 digits: 2^64 has 20, and 1e21 is 5 bytes. With indentation, an object that
# holds others counts for less where it stands a second time: its inner line breaks are left out. All else is exact.
# Hurt: whoever sends it as Content-Length: the answer is cut, or the client waits for bytes that never come.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @discoveryjs/json-ext@1.1.0

cat >run.mjs <<'E'
import { stringifyChunked, stringifyInfo } from "@discoveryjs/json-ext";

const show = (what, value, space) => {
  const written = Buffer.byteLength([...stringifyChunked(value, null, space)].join(""));
  const { bytes } = stringifyInfo(value, null, space);
  console.log(`${what}: ${bytes} bytes, written ${written}${bytes === written ? "" : " (wrong)"}`);
};
for (const number of [123456789, 2 ** 53, 1e17, 1e18, 2 ** 63, 2 ** 64, 1e20, 1e21, 1e100, 1.5e-10]) show(`[${number}]`, [number]);
const tags = () => ({ key: "a", tags: ["p", "q"] });
const shared = tags();
for (const space of [undefined, 2]) {
  const how = space ? "indented" : "compact";
  show(`two equal objects, ${how}`, [tags(), tags()], space);
  show(`one object twice, ${how}`, [shared, shared], space);
  show(`one object thrice, ${how}`, [shared, shared, shared], space);
}
E
node run.mjs | tee seen

cat >expected <<'E'
[123456789]: 11 bytes, written 11
[9007199254740992]: 18 bytes, written 18
[100000000000000000]: 20 bytes, written 20
[1000000000000000000]: 20 bytes, written 21 (wrong)
[9223372036854776000]: 20 bytes, written 21 (wrong)
[18446744073709552000]: 20 bytes, written 22 (wrong)
[100000000000000000000]: 20 bytes, written 23 (wrong)
[1e+21]: 20 bytes, written 7 (wrong)
[1e+100]: 20 bytes, written 8 (wrong)
[1.5e-10]: 9 bytes, written 9
two equal objects, compact: 59 bytes, written 59
one object twice, compact: 59 bytes, written 59
one object thrice, compact: 88 bytes, written 88
two equal objects, indented: 134 bytes, written 134
one object twice, indented: 100 bytes, written 134 (wrong)
one object thrice, indented: 132 bytes, written 200 (wrong)
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
