#!/usr/bin/env bash
# Deno 2.9.6 says process.versions.unicode "17.0" and icu "78.3", as Node with ICU 78 does. Its data
# are those of Unicode 16: a combining mark that Unicode 17 has added (U+1ACF, class 230) is not
# assigned, and normalization does not bring it behind a mark of class 220, which Node 24.21 does
# under the same two numbers. One would guess that the number tells the data. Whoever compares keys
# that were normalized in one runtime with keys of the other finds them different, and tests that
# look at the number before they ask the runtime for what Unicode 17 says fail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > probe.mjs <<'JS'
import process from "node:process";
const order = [..."a\u{1acf}\u0323".normalize("NFD")].map((c) => c.codePointAt(0).toString(16));
const assigned = /\p{Assigned}/u.test("\u{1acf}");
console.log(`unicode ${process.versions.unicode}, U+1ACF assigned ${assigned}, order ${order}`);
JS

npm init -y >/dev/null
npm i --silent --no-audit --no-fund deno@2.9.6 node@24.21.0 >/dev/null
deno=$("$(find node_modules/@deno -name deno -type f | head -n 1)" run -A --no-config probe.mjs)
node=$(./node_modules/node/bin/node probe.mjs)
echo "Deno 2.9.6: $deno"
echo "Node 24.21.0: $node"
[ "$deno" = "unicode 17.0, U+1ACF assigned false, order 61,1acf,323" ] &&
  [ "$node" = "unicode 17.0, U+1ACF assigned true, order 61,323,1acf" ]
