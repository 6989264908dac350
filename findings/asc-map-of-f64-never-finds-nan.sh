#!/usr/bin/env bash
# AssemblyScript 0.28.20: Map<f64, V> and Set<f64> with the key NaN.
# Guess: as in JavaScript, whose Map and Set the classes follow: NaN equals NaN there, so it is one key.
# Seen: every set(NaN) or add(NaN) adds one more entry, has(NaN) is false and get(NaN) raises "Key does not exist".
# (-0 and 0 are one key, as in JavaScript.)
# Hurt: a tally by a measured f64: each "not a number" is a new group of one, which can be neither found, raised nor
# deleted, and the map grows with the input instead of with the keys.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function tally(): string {
  let m = new Map<f64, i32>();
  let keys: f64[] = [NaN, 1.5, NaN, 1.5, NaN, 0.0, -0.0];
  for (let i = 0; i < keys.length; i++) {
    let k = keys[i];
    m.set(k, m.has(k) ? m.get(k) + 1 : 1);
  }
  return m.keys().toString() + " x " + m.values().toString();
}
export function seen(): string {
  let s = new Set<f64>();
  s.add(NaN); s.add(NaN);
  return s.size.toString() + " " + s.has(NaN).toString() + " " + s.delete(NaN).toString();
}
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { seen, tally } from "./probe.js";
console.log("asc Map", tally());
console.log("asc Set", seen());
const m = new Map();
for (const k of [NaN, 1.5, NaN, 1.5, NaN, 0, -0]) m.set(k, (m.get(k) ?? 0) + 1);
console.log("JS  Map", [...m.keys()].join(), "x", [...m.values()].join());
E
node run.mjs | tee seen

cat >expected <<'E'
asc Map NaN,1.5,NaN,NaN,0.0 x 1,2,1,1,2
asc Set 2 false false
JS  Map NaN,1.5,0 x 3,2,2
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
