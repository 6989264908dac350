#!/usr/bin/env bash
# Deno 2.9.6 (V8 15.0) and Node 26.5.0 (V8 14.6): a number compared with the length of a typed array of more than 2 GiB, in a function that
# was called often with small arrays before.
# Guess: i < array.length is what it says: V8 has had such arrays for years, and compiles a function anew where its guesses fail.
# Seen: once it is optimized, 1000 < array.length, <= and > are false for an array of 2.3 GB, whose length counts as negative there. length
# itself, !==, byteLength and Number(length) are right, and so is all of Node 20.20.2 (V8 11.3). There is no error.
# Hurt: whoever walks texts by for (at = 0; at < text.length;): after many small ones a large one has no bytes, or is a single piece.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >run.mjs <<'E'
const ways = {
  "i < length": (array, i) => i < array.length,
  "i <= length": (array, i) => i <= array.length,
  "length > i": (array, i) => array.length > i,
  "length !== i": (array, i) => array.length !== i,
  "i < byteLength": (array, i) => i < array.byteLength,
  "i < Number(length)": (array, i) => i < Number(array.length),
};
const way = process.argv[2];
const compare = ways[way];
const small = new Uint8Array(1000);
const large = new Uint8Array(2_304_000_000);
let sum = 0; // so that no call is left out
for (let i = 0; i < 3_000_000; i++) sum += Number(compare(small, i % 1000));
console.log(`${way}: ${compare(large, 1000)} of ${large.length}${sum > 0 ? "" : "?"}`);
E
run() {
  echo "$1"
  for way in "i < length" "i <= length" "length > i" "length !== i" "i < byteLength" "i < Number(length)"; do
    NO_COLOR=1 npx --yes "$@" run.mjs "$way"
  done
}
{
  run deno@2.9.6 run
  run node@26.5.0
  run node@20.20.2
} | tee seen

cat >expected <<'E'
deno@2.9.6
i < length: false of 2304000000
i <= length: false of 2304000000
length > i: false of 2304000000
length !== i: true of 2304000000
i < byteLength: true of 2304000000
i < Number(length): true of 2304000000
node@26.5.0
i < length: false of 2304000000
i <= length: false of 2304000000
length > i: false of 2304000000
length !== i: true of 2304000000
i < byteLength: true of 2304000000
i < Number(length): true of 2304000000
node@20.20.2
i < length: true of 2304000000
i <= length: true of 2304000000
length > i: true of 2304000000
length !== i: true of 2304000000
i < byteLength: true of 2304000000
i < Number(length): true of 2304000000
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
