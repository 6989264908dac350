#!/usr/bin/env bash
# AssemblyScript 0.28.20: an empty string as a condition.
# Guess: it is false, as in JavaScript; or true, since it is an object; in any case if (s) and if (!s) differ.
# Seen: both branches run: an empty text is true in if, ?:, ||, && and while, which ask for null only, and ! says that it is
# empty, since it looks at the length.
# Hurt: whoever takes field || "none" for a column that may be empty: rows without the field have an empty key, and none is "none".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
export function inIf(s: string): string { let out = ""; if (s) out += "if "; if (!s) out += "not "; return out; }
export function choose(s: string): string { return s ? "full" : "empty"; }
export function orNone(s: string): string { return s || "none"; }
export function byLength(s: string): string { return s.length ? s : "none"; }
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { inIf, choose, orNone, byLength } from "./probe.js";
for (const s of ["x", ""]) {
  console.log(JSON.stringify(s), "branches:", inIf(s).trim(), "| ?:", choose(s), "| ||:", JSON.stringify(orNone(s)),
    "| by length:", JSON.stringify(byLength(s)));
}
E
node run.mjs | tee seen

cat >expected <<'E'
"x" branches: if | ?: full | ||: "x" | by length: "x"
"" branches: if not | ?: full | ||: "" | by length: "none"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
