#!/usr/bin/env bash
# AssemblyScript 0.28.20: String#trim() of a text that begins with many spaces.
# Guess: the text without the white space at either end, as in JavaScript, and as trimStart() gives it here.
# Seen: once leading spaces are about half of the text, some of them stay: six spaces and a word of four letters keep one, six
# spaces and one letter keep two. trimStart() removes them all.
# Hurt: whoever counts by a trimmed field: short values in right-aligned columns ("     7") stay apart from the same value elsewhere,
# so that one key is counted as several.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function trim(s: string): string { return s.trim(); }
export function trimStart(s: string): string { return s.trimStart(); }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { trim, trimStart } from "./probe.js";
for (const spaces of [1, 2, 3, 4, 5, 6, 7]) {
  for (const word of ["b", "word"]) {
    const text = " ".repeat(spaces) + word;
    console.log(JSON.stringify(text), "trim", JSON.stringify(trim(text)), "trimStart", JSON.stringify(trimStart(text)));
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
" b" trim "b" trimStart "b"
" word" trim "word" trimStart "word"
"  b" trim "b" trimStart "b"
"  word" trim "word" trimStart "word"
"   b" trim " b" trimStart "b"
"   word" trim "word" trimStart "word"
"    b" trim " b" trimStart "b"
"    word" trim "word" trimStart "word"
"     b" trim "  b" trimStart "b"
"     word" trim "word" trimStart "word"
"      b" trim "  b" trimStart "b"
"      word" trim " word" trimStart "word"
"       b" trim "   b" trimStart "b"
"       word" trim " word" trimStart "word"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
