#!/usr/bin/env bash
# AssemblyScript 0.28.20: join() and toString() of an array of i64 that has one item.
# Guess: the item's text, as it stands among others.
# Seen: of an item that is alone only the lower 32 bits are written, as a signed number: [5000000000] is 705032704. Two items are
# written whole, and so is one of u64.
# Hurt: whoever joins totals or ids of 64 bits into a line: right as long as there are two, another number when there is one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function signed(values: i64[]): string { return values.join(); }
export function unsigned(values: u64[]): string { return values.join(); }
export function text(values: i64[]): string { return values.toString(); }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { signed, unsigned, text } from "./probe.js";
for (const values of [[7n], [5000000000n], [5000000000n, 1n], [3000000000n], [-5000000000n]]) {
  console.log(values.join(), "-> i64", signed(values), "toString", text(values));
}
for (const values of [[18446744073709551615n], [18446744073709551615n, 1n], [4294967296n]]) {
  console.log(values.join(), "-> u64", unsigned(values));
}
E
node run.mjs | tee seen

cat >expected <<'E'
7 -> i64 7 toString 7
5000000000 -> i64 705032704 toString 705032704
5000000000,1 -> i64 5000000000,1 toString 5000000000,1
3000000000 -> i64 -1294967296 toString -1294967296
-5000000000 -> i64 -705032704 toString -705032704
18446744073709551615 -> u64 18446744073709551615
18446744073709551615,1 -> u64 18446744073709551615,1
4294967296 -> u64 4294967296
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
