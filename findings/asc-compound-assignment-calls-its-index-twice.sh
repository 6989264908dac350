#!/usr/bin/env bash
# AssemblyScript 0.28.20: a[next()] += 1 and a[i++] += x.
# Guess: the index is evaluated once, as in JavaScript: that is what such an assignment is for.
# Seen: it is evaluated twice, once to read and once to write: the sum of one element is written to another. So are the index of
# a[i++]++ and the object of object().field += 1.
# Hurt: whoever fills buckets by a running index: every second bucket stays empty, and others get sums of their neighbours.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
let calls = 0;
function next(): i32 { return calls++; }
class Box { value: i32 = 0; }
const box = new Box();
function open(): Box { calls++; return box; }
export function byCall(): i32 { calls = 0; const a: i32[] = [10, 20, 30, 40]; a[next()] += 1; return calls; }
export function running(): i32[] {
  const a: i32[] = [10, 20, 30, 40];
  let i = 0;
  a[i++] += 1;
  a[i++] += 1;
  return a;
}
export function ofObject(): i32 { calls = 0; open().value += 1; return calls; }
export function plain(): i32[] {
  const a: i32[] = [10, 20, 30, 40];
  let i = 0;
  let at = i++;
  a[at] += 1;
  at = i++;
  a[at] += 1;
  return a;
}
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { byCall, running, ofObject, plain } from "./probe.js";
console.log("a[next()] += 1 calls next", byCall(), "times");
console.log("open().value += 1 calls open", ofObject(), "times");
console.log("10 20 30 40 with a[i++] += 1, twice:", running().join(" "));
console.log("the same with the index in a variable:", plain().join(" "));
E
node run.mjs | tee seen

cat >expected <<'E'
a[next()] += 1 calls next 2 times
open().value += 1 calls open 2 times
10 20 30 40 with a[i++] += 1, twice: 21 20 41 40
the same with the index in a variable: 11 21 30 40
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
