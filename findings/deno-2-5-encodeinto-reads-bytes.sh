#!/usr/bin/env bash
# Deno 2.5.0 (which Deno Deploy runs): TextEncoder.encodeInto(text, room) tells in `read` how many
# UTF-16 code units it has taken, so that a caller with too little room goes on behind them (Encoding
# Standard, 8.3.1). Once V8 has compiled the caller, `read` is the number of bytes written for every
# text of Latin-1 letters above ASCII: of 100 letters of two bytes each, with room for 151 bytes, 75
# are taken, and `read` says 150. One would guess that a standard encoder does not change with the
# number of calls. Whoever packs texts into buffers takes a text for whole that was cut, and loses
# its end. Deno 2.9.6 and Node tell 75 each time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > probe.mjs <<'JS'
const encoder = new TextEncoder();
const text = "é".repeat(100);
const room = new Uint8Array(151);
const seen = new Set();
for (let i = 0; i < 300_000; i++) {
  const { read, written } = encoder.encodeInto(text, room);
  seen.add(`${read}/${written}`);
}
console.log([...seen].join(" then "));
JS

run() { # version
  mkdir "$1" && (cd "$1" && npm init -y >/dev/null && npm i --silent --no-audit --no-fund "deno@$1" >/dev/null)
  "$(find "$1/node_modules/@deno" -name deno -type f | head -n 1)" run --no-config probe.mjs
}

echo "read/written, Node $(node --version): $(node probe.mjs)"
old=$(run 2.5.0)
new=$(run 2.9.6)
echo "read/written, Deno 2.5.0: $old"
echo "read/written, Deno 2.9.6: $new"
[ "$old" = "75/150 then 150/150" ] && [ "$new" = "75/150" ]
