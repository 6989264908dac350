#!/usr/bin/env bash
# AssemblyScript 0.28.20: a whole number of 2^63 or more as the value of an f64.
# Guess: the double that JavaScript takes for the same characters, or an error that the number is too large.
# Seen: the literal is read as a signed integer of 64 bits first: 9223372036854775808 is -9223372036854775808, 18446744073709551615
# is -1, and there is no warning. With ".0" or as 1e19 it is right.
# Hurt: whoever writes a bound such as 10000000000000000000 for "no limit": every comparison with it comes out the other way.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function at63(): f64 { return 9223372036854775808; }
export function most(): f64 { return 18446744073709551615; }
export function ten19(): f64 { return 10000000000000000000; }
export function pointed(): f64 { return 10000000000000000000.0; }
export function isBelow(x: f64): bool { const most: f64 = 10000000000000000000; return x < most; }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { at63, most, ten19, pointed, isBelow } from "./probe.js";
console.log("9223372036854775808", at63());
console.log("18446744073709551615", most());
console.log("10000000000000000000", ten19());
console.log("10000000000000000000.0", pointed());
console.log("1 < 10000000000000000000", isBelow(1));
E
node run.mjs | tee seen

cat >expected <<'E'
9223372036854775808 -9223372036854776000
18446744073709551615 -1
10000000000000000000 -8446744073709552000
10000000000000000000.0 10000000000000000000
1 < 10000000000000000000 false
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
