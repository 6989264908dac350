#!/usr/bin/env bash
# @intrnl/xxhash64 0.1.2 (npm): a seed of more than 32 bits, which the class takes as a BigInt.
# Guess: XXH64 has a seed of 64 bits: the hash is that of xxhash-wasm, xxHash itself in WASM, or such a seed is refused.
# Seen: the upper half of the seed is dropped without a word: the hash is right for seeds below 2^32, all seeds with the same lower half
# give one hash, and 2^32 and 0 are the same.
# Hurt: whoever takes several hashes of one key by seeds, such as 1 << 32, 2 << 32, …: all are one and the same, and a bloom filter or sketch
# built on them has one row; whoever compares with hashes made elsewhere finds none.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @intrnl/xxhash64@0.1.2 xxhash-wasm@1.1.0

cat >run.mjs <<'E'
import { hash } from "@intrnl/xxhash64";
import xxhash from "xxhash-wasm";
const { h64 } = await xxhash();
for (const seed of [0n, 1n, 0xffffffffn, 1n << 32n, 2n << 32n, (1n << 32n) + 1n, 0x9e3779b97f4a7c15n]) {
  const seen = hash("millrace", seed), reference = h64("millrace", seed);
  console.log(`seed ${seed.toString(16)}: ${seen.toString(16)} ${seen === reference ? "right" : `xxHash ${reference.toString(16)}`}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
seed 0: 1a8807b3c9996a19 right
seed 1: 7015f23aabb86734 right
seed ffffffff: 60f292bbe8e12875 right
seed 100000000: 1a8807b3c9996a19 xxHash 16264240ffc2b16d
seed 200000000: 1a8807b3c9996a19 xxHash 2b8e4b68575624d8
seed 100000001: 7015f23aabb86734 xxHash cf968fed8683382e
seed 9e3779b97f4a7c15: cf0fe3d5d04ffcae xxHash 308360799a05b168
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
