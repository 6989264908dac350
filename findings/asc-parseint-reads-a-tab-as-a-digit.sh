#!/usr/bin/env bash
# AssemblyScript 0.28.20: parseInt() and I32.parseInt() of a number that a control character follows.
# Guess: the number ends in front of the first character that is no digit, as in JavaScript.
# Seen: a control character whose code is below the radix is taken for the digit of that value: with radix 10 a tab is a nine and
# NUL a zero, with radix 16 a line feed is ten.
# Hurt: tab-separated values: the number in front of a tab is silently ten times as large plus nine, and goes on into the next
# column.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function general(s: string): f64 { return parseInt(s); }
export function narrow(s: string): i32 { return I32.parseInt(s); }
export function hex(s: string): f64 { return parseInt(s, 16); }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { general, narrow, hex } from "./probe.js";
const ends = ["", " ", "\t", "\t7", "\n", "\r", "\v7", "\f", "\u0001", "\u0000", ",", ";7", "\u001f", "/", ":"];
for (const end of ends) {
  const text = "12" + end;
  console.log(JSON.stringify(text), parseInt(text), general(text), narrow(text), "|", parseInt(text, 16), hex(text));
}
E
node run.mjs | tee seen

cat >expected <<'E'
"12" 12 12 12 | 18 18
"12 " 12 12 12 | 18 18
"12\t" 12 129 129 | 18 297
"12\t7" 12 1297 1297 | 18 4759
"12\n" 12 12 12 | 18 298
"12\r" 12 12 12 | 18 301
"12\u000b7" 12 12 12 | 18 4791
"12\f" 12 12 12 | 18 300
"12\u0001" 12 121 121 | 18 289
"12\u0000" 12 120 120 | 18 288
"12," 12 12 12 | 18 18
"12;7" 12 12 12 | 18 18
"12\u001f" 12 12 12 | 18 18
"12/" 12 12 12 | 18 18
"12:" 12 12 12 | 18 18
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
