#!/usr/bin/env bash
# json-as 1.6.0 (npm, JSON for AssemblyScript) with assemblyscript 0.28.20: strings and keys that hold "\/", which RFC 8259 names
# among the escapes and which PHP's json_encode writes for every slash.
# Guess: "/", as it reads \", \\, \n and \u002f.
# Seen: the character U+0000, in string, string[], a class's field and the keys of a Map, with no error, and it goes out again as
# \u0000.
# Hurt: whoever counts URLs, paths or dates out of JSON: "a/b" of one writer and "a\/b" of another are two keys, and the one with
# NUL is cut short by whatever ends text there.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20 json-as@1.6.0

cat >probe.ts <<'E'
import { JSON } from "json-as";
@json class Row { key: string = ""; }
export function text(json: string): string { return JSON.parse<string>(json); }
export function list(json: string): string { return JSON.parse<string[]>(json)[0]; }
export function field(json: string): string { return JSON.parse<Row>(json).key; }
export function key(json: string): string { return JSON.parse<Map<string, i32>>(json).keys()[0]; }
export function again(json: string): string { return JSON.stringify(JSON.parse<Map<string, i32>>(json)); }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime --transform json-as --disableWarning

cat >run.mjs <<'E'
import { again, field, key, list, text } from "./probe.js";
for (const s of ['"a/b"', '"a\\/b"', '"a\\u002fb"', '"a\\\\b"', '"a\\tb"']) {
  const seen = { text: text(s), list: list(`[${s}]`), field: field(`{"key":${s}}`), key: key(`{${s}:1}`) };
  const right = Object.values(seen).every((value) => value === JSON.parse(s));
  console.log(s, right ? "right" : JSON.stringify(seen), again(`{${s}:1}`));
}
E
node run.mjs | tee seen

cat >expected <<'E'
"a/b" right {"a/b":1}
"a\/b" {"text":"a\u0000b","list":"a\u0000b","field":"a\u0000b","key":"a\u0000b"} {"a\u0000b":1}
"a\u002fb" right {"a/b":1}
"a\\b" right {"a\\b":1}
"a\tb" right {"a\tb":1}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
