#!/usr/bin/env bash
# Deno 2.9.6, deno bundle --packages external: its help says how packages are handled, "bundle" or
# "external", as in esbuild, which does the work. One would guess that the import of a package stays
# an import. All of the package is in the bundle, byte for byte as with --packages bundle, however the
# package is named: by npm:, by an import map, or by a name in node_modules. Whoever leaves packages
# outside, to keep one copy of a class or their versions in a lock file, ships a second copy.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_COLOR=1

mkdir deno && (cd deno && npm init -y >/dev/null && npm i --silent --no-audit --no-fund deno@2.9.6 >/dev/null)
deno=$(find "$PWD/deno/node_modules/@deno" -name deno -type f | head -n 1)

seen=""
try() { # name, specifier
  printf 'import mitt from "%s";\nconsole.log(typeof mitt());\n' "$2" > "$1.ts"
  for how in bundle external; do
    "$deno" bundle --quiet --packages "$how" "$1.ts" -o "$1.$how.js"
  done
  imports=$(grep -c '^import ' "$1.external.js" || true)
  same=$(cmp -s "$1.bundle.js" "$1.external.js" && echo the same || echo another)
  seen+="$1: $imports imports, $same bundle; "
}
try specifier npm:mitt@3.0.1
echo '{"imports":{"mitt":"npm:mitt@3.0.1"}}' > deno.json
try map mitt
rm deno.json
npm init -y >/dev/null && npm i --silent --no-audit --no-fund mitt@3.0.1 >/dev/null
try folder mitt

echo "Deno 2.9.6: $seen"
expected="specifier: 0 imports, the same bundle; map: 0 imports, the same bundle; folder: 0 imports, the same bundle; "
[ "$seen" = "$expected" ] || { echo "the behaviour changed"; exit 1; }
