#!/usr/bin/env bash
# Deno 2.5.0 (which Deno Deploy runs), node:zlib: crc32(bytes, sum) continues a checksum, so the same
# arguments give the same number. They do until V8 has compiled the caller: from then on a sum of
# 2^31 or more is taken for another one, without an error, and half of all sums are such. One would
# guess that a checksum is the last function to depend on how often it was called. Whoever sums up a
# stream piece by piece writes wrong checksums, or finds damage where there is none. Deno 2.9.6 and
# Node give the right number each time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > probe.mjs <<'JS'
import { crc32 } from "node:zlib";
const bytes = new TextEncoder().encode("b");
const sum = crc32(new TextEncoder().encode("123456789")); // 0xcbf43926, above 2^31
const add = (part, before) => crc32(part, before);
const first = add(bytes, sum);
let wrong = 0;
for (let i = 0; i < 400_000; i++) if (add(bytes, sum) !== first) wrong++;
console.log(`${first.toString(16)} ${wrong > 0 ? "later another" : "always"}`);
JS

run() { # version
  mkdir "$1" && (cd "$1" && npm init -y >/dev/null && npm i --silent --no-audit --no-fund "deno@$1" >/dev/null)
  "$(find "$1/node_modules/@deno" -name deno -type f | head -n 1)" run --no-config probe.mjs
}

node -e 'if (!require("node:zlib").crc32) process.exit(1)' && echo "Node $(node --version): $(node probe.mjs)"
old=$(run 2.5.0)
new=$(run 2.9.6)
echo "Deno 2.5.0: $old"
echo "Deno 2.9.6: $new"
[ "$old" = "a3789e3d later another" ] && [ "$new" = "a3789e3d always" ]
