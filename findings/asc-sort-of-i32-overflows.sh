#!/usr/bin/env bash
# AssemblyScript 0.28.20: Array<i32>.sort() and Int32Array.sort() without a comparator.
# Guess: ascending order by value, as Int32Array has in JavaScript and as Array<i64> has in AssemblyScript itself.
# Seen: the built-in comparator for signed types up to 32 bits subtracts, and the difference wraps: two values more than
# 2^31-1 apart sort the wrong way round, with no error.
# Hurt: whoever sorts signed totals, differences or hashes kept as i32, or searches the sorted array by halves; small
# test values all sort well.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function i32Array(): string {
  let a: i32[] = [2000000000, -2000000000, 0, 5];
  return a.sort().toString();
}
export function int32Array(): string {
  let a = new Int32Array(4);
  a[0] = 2000000000; a[1] = -2000000000; a[2] = 0; a[3] = 5;
  return a.sort().toString();
}
export function i64Array(): string {
  let a: i64[] = [2000000000, -2000000000, 0, 5];
  return a.sort().toString();
}
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { i32Array, i64Array, int32Array } from "./probe.js";
console.log("asc i32[]      ", i32Array());
console.log("asc Int32Array ", int32Array());
console.log("asc i64[]      ", i64Array());
console.log("JS  Int32Array ", Int32Array.of(2000000000, -2000000000, 0, 5).sort().join());
E
node run.mjs | tee seen

cat >expected <<'E'
asc i32[]       2000000000,-2000000000,0,5
asc Int32Array  2000000000,-2000000000,0,5
asc i64[]       -2000000000,0,5,2000000000
JS  Int32Array  -2000000000,0,5,2000000000
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
