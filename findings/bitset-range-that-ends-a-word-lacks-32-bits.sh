#!/usr/bin/env bash
# bitset 5.3.0 (npm): setRange(), clear() and flip() of a range of positions, both ends included.
# Guess: the bits of the range, wherever it ends, as set() in a loop gives them.
# Seen: where the last position is the last of a word of 32 (31, 63, 95, …) that whole word is left as it was: setRange(0, 31) sets no
# bit, setRange(0, 63) the first half, and clear(0, 31) clears none. One position further or less is right. Nothing is raised.
# Hurt: whoever marks lines, days or blocks in ranges of 32, 64 or 1024, which are the common ones: the last 32 are missing from every count.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund bitset@5.3.0

cat >run.mjs <<'E'
import { BitSet } from "bitset";

const filled = () => new BitSet().setRange(0, 1100);
for (const [first, last] of [[0, 30], [0, 31], [0, 32], [10, 63], [10, 64], [0, 1023], [96, 127]]) {
  const one = new BitSet();
  for (let position = first; position <= last; position++) one.set(position);
  const set = new BitSet().setRange(first, last).cardinality();
  const cleared = filled().cardinality() - filled().clear(first, last).cardinality();
  const flipped = new BitSet().flip(first, last).cardinality();
  console.log(`${first} to ${last}, ${one.cardinality()} bits: setRange ${set}, clear ${cleared}, flip ${flipped}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
0 to 30, 31 bits: setRange 31, clear 31, flip 31
0 to 31, 32 bits: setRange 0, clear 0, flip 0
0 to 32, 33 bits: setRange 33, clear 33, flip 33
10 to 63, 54 bits: setRange 22, clear 22, flip 22
10 to 64, 55 bits: setRange 55, clear 55, flip 55
0 to 1023, 1024 bits: setRange 992, clear 992, flip 992
96 to 127, 32 bits: setRange 0, clear 0, flip 0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
