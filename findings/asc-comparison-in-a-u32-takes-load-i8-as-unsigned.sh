#!/usr/bin/env bash
# AssemblyScript 0.28.20: load<i8>(p) < 0, the usual test for a byte outside ASCII, where the result goes into a u32.
# Guess: load<i8> gives a signed byte wherever it stands, so the byte c3 is below 0; the type of what the answer goes into is no matter
# of the comparison.
# Seen: the comparison hands the type that is wanted of its result on to its left side: there the byte is loaded as u32, compared
# unsigned and never below 0. So it is in n += load<i8>(p) < 0, in u32(…) and behind flags && with flags: u32. In an if of its own, with
# an i32 or once it is in a variable it is right. The compiler warns of nothing.
# Hurt: whoever counts bytes or words outside ASCII: the count is 0, and moving the same test into an if changes it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
const TEXT = memory.data<u8>([0x63, 0x61, 0x66, 0xc3, 0xa9]); // "café" in UTF-8, of which two bytes are outside ASCII
export function added(): u32 {
  let n: u32 = 0;
  for (let i = 0; i < 5; i++) n += load<i8>(TEXT + i) < 0;
  return n;
}
export function converted(): u32 {
  let n: u32 = 0;
  for (let i = 0; i < 5; i++) n += u32(load<i8>(TEXT + i) < 0);
  return n;
}
export function behindFlags(flags: u32): u32 {
  let n: u32 = 0;
  for (let i = 0; i < 5; i++) if (flags & 2 && load<i8>(TEXT + i) < 0) n++;
  return n;
}
export function behindSignedFlags(flags: i32): u32 {
  let n: u32 = 0;
  for (let i = 0; i < 5; i++) if (flags & 2 && load<i8>(TEXT + i) < 0) n++;
  return n;
}
export function ofAVariable(): u32 {
  let n: u32 = 0;
  for (let i = 0; i < 5; i++) {
    const byte = load<i8>(TEXT + i);
    n += byte < 0;
  }
  return n;
}
export function inAnIf(): u32 {
  let n: u32 = 0;
  for (let i = 0; i < 5; i++) if (load<i8>(TEXT + i) < 0) n++;
  return n;
}
export function addedToI32(): i32 {
  let n: i32 = 0;
  for (let i = 0; i < 5; i++) n += load<i8>(TEXT + i) < 0;
  return n;
}
E
npx asc probe.ts -o probe.wasm --bindings esm 2>&1 | tee warnings

cat >run.mjs <<'E'
import * as probe from "./probe.js";
console.log("n += (u32)      ", probe.added());
console.log("n += u32(…)     ", probe.converted());
console.log("flags: u32 &&   ", probe.behindFlags(2));
console.log("flags: i32 &&   ", probe.behindSignedFlags(2));
console.log("of a variable   ", probe.ofAVariable());
console.log("in an if        ", probe.inAnIf());
console.log("n += (i32)      ", probe.addedToI32());
E
{ cat warnings; node run.mjs; } | tee seen

cat >expected <<'E'
n += (u32)       0
n += u32(…)      0
flags: u32 &&    0
flags: i32 &&    2
of a variable    2
in an if         2
n += (i32)       2
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
