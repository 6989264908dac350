#!/usr/bin/env bash
# @intrnl/xxhash64 0.1.2 (npm): a seed of more than 32 bits, which the class takes as a BigInt.
# Guess: XXH64 has a seed of 64 bits: the hash is that of @node-rs/xxhash and of xxHash's own program, or such a seed is refused.
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
