#!/usr/bin/env bash
# json-as 1.6.0 (npm, JSON for AssemblyScript) with assemblyscript 0.28.20: whole numbers written 1e3 or 1.0, read into i64, u64 and
# Map<string, i64>.
# Guess: 1000 and 1, or an error, since the JSON is valid and the type holds the value.
# Seen: a number nobody wrote, with no error: ".", "e" and "+" are worked in as if they were digits, so 1e3 is 633 and 1.0 is
# 42949673040. f64 reads them all right.
# Hurt: whoever adds up counts that another program wrote as floats, as a pandas column with a gap does: the sum is wrong, and each
# number looks like a count.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20 json-as@1.6.0

cat >probe.ts <<'E'
import { JSON } from "json-as";
@json class Signed { n: i64 = 0; }
@json class Unsigned { n: u64 = 0; }
@json class Float { n: f64 = 0; }
export function i64Of(text: string): i64 { return JSON.parse<Signed>(text).n; }
export function u64Of(text: string): u64 { return JSON.parse<Unsigned>(text).n; }
export function f64Of(text: string): f64 { return JSON.parse<Float>(text).n; }
export function mapOf(text: string): i64 { return JSON.parse<Map<string, i64>>(text).get("n"); }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime --transform json-as --disableWarning

cat >run.mjs <<'E'
import { f64Of, i64Of, mapOf, u64Of } from "./probe.js";
for (const n of ["1000", "1e3", "1E3", "1.0", "12.0", "1.5e3", "1e+3"]) {
  const text = `{"n":${n}}`;
  const whole = `i64 ${i64Of(text)}, u64 ${u64Of(text)}, Map ${mapOf(text)}`;
  console.log(`${n}: ${whole}, f64 ${f64Of(text)}, JavaScript ${JSON.parse(text).n}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
1000: i64 1000, u64 1000, Map 1000, f64 1000, JavaScript 1000
1e3: i64 633, u64 633, Map 633, f64 1000, JavaScript 1000
1E3: i64 313, u64 313, Map 313, f64 1000, JavaScript 1000
1.0: i64 42949673040, u64 42949673040, Map 42949673040, f64 1, JavaScript 1
12.0: i64 66716, u64 66716, Map 66716, f64 12, JavaScript 12
1.5e3: i64 9023, u64 9023, Map 9023, f64 1500, JavaScript 1500
1e+3: i64 71789, u64 71789, Map 71789, f64 1000, JavaScript 1000
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
