#!/usr/bin/env bash
# Deno 2.9.6 (V8 15.0), shared WebAssembly.Memory: pages that nobody has touched take no memory, so
# one would guess that they cost nothing. V8 counts all bytes of the memory as held, and bounds what
# is held outside of its heap: beside two memories of 4 GiB, every 25 MB of short-lived arrays are a
# full collection, where without them 200 MB are none. Node 20 makes no more than without. Tests or
# servers with several large memories in one process, each in a program of a few lines, then spend
# most of their time collecting, which looks like slow work of their own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null && npm i --silent --no-audit --no-fund deno@2.9.6 >/dev/null
deno=$(find node_modules/@deno -name deno -type f | head -n 1)

cat > probe.mjs <<'JS'
const shared = { initial: 65536, maximum: 65536, shared: true };
const count = Number(globalThis.Deno ? Deno.args[0] : process.argv[2]);
const held = Array.from({ length: count }, () => new WebAssembly.Memory(shared));
let bytes = 0;
for (let i = 0; i < 200; i++) bytes += new Uint8Array(1e6).length;
if (bytes !== 2e8 || held.length !== count) throw new Error("no run");
JS

collections() { grep -c Mark-Compact || true; }
none=$("$deno" run --no-config --v8-flags=--trace-gc probe.mjs 0 | collections)
two=$("$deno" run --no-config --v8-flags=--trace-gc probe.mjs 2 | collections)
echo "Deno 2.9.6: $none full collections without, $two beside two untouched memories of 4 GiB"
echo "Node $(node --version): $(node --trace-gc probe.mjs 0 | collections) and $(node --trace-gc probe.mjs 2 | collections)"
[ "$none" -le 1 ] && [ "$two" -ge 5 ] || { echo "the behaviour changed"; exit 1; }
