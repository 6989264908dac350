#!/usr/bin/env bash
# AssemblyScript 0.28.20: parseFloat() and F64.parseFloat() of a number with 17 digits and a large exponent.
# Guess: the nearest f64, or at worst one that is off in the last digit.
# Seen: where the digits exceed 2^53 and their power of ten is from 23 to 37, the power is cut to 22: 1.2345678901234567e46
# is read as 1.2345678901234567e38, one hundred-millionth of it. The text may be what f64.toString() wrote itself.
# Hurt: a module that passes floats on as text and reads them back: the value is silently wrong by up to 10^15, and only
# for numbers that need 17 digits.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function parse(s: string): f64 { return parseFloat(s); }
export function roundTrip(x: f64): f64 { return F64.parseFloat(x.toString()); }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { parse, roundTrip } from "./probe.js";
for (const s of ["1.234567890123456e46", "1.2345678901234567e38", "1.2345678901234567e39",
  "1.2345678901234567e46", "1.2345678901234567e53", "1.2345678901234567e54"]) {
  console.log("parse", s, "->", parse(s));
}
console.log("text and back", 9.635070302230835e46, "->", roundTrip(9.635070302230835e46));
E
node run.mjs | tee seen

cat >expected <<'E'
parse 1.234567890123456e46 -> 1.234567890123456e+46
parse 1.2345678901234567e38 -> 1.2345678901234567e+38
parse 1.2345678901234567e39 -> 1.2345678901234567e+38
parse 1.2345678901234567e46 -> 1.2345678901234567e+38
parse 1.2345678901234567e53 -> 1.2345678901234567e+38
parse 1.2345678901234567e54 -> 1.2345678901234568e+54
text and back 9.635070302230835e+46 -> 9.635070302230835e+37
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
