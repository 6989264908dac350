#!/usr/bin/env bash
# logfmt 1.4.0 (npm): parse() of a value that holds an equals sign, as every address with a query has.
# Guess: the value as it stands, or an error as Go's go-logfmt gives: only the first sign stands between key and value.
# Seen: every further sign is left out and the rest is run together: path=/find?q=a&n=2 gives /find?qa&n2. stringify() knows better and
# quotes such values, so only lines of other programs are hurt.
# Hurt: whoever counts requests by path and query from log lines: /x?a=11 and /x?a1=1 are one key, and no key is one that was asked for.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund logfmt@1.4.0

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const logfmt = createRequire(import.meta.url)("logfmt");

for (const line of [
  "method=GET path=/find?q=a&n=2 status=200",
  "path=/x?a=11",
  "path=/x?a1=1",
  "token=c2VjcmV0IQ==",
  'path="/x?a=11"',
]) {
  console.log(line, "->", JSON.stringify(logfmt.parse(line)));
}
console.log("stringify:", logfmt.stringify({ path: "/x?a=11" }));
E
node run.mjs | tee seen

cat >expected <<'E'
method=GET path=/find?q=a&n=2 status=200 -> {"method":"GET","path":"/find?qa&n2","status":"200"}
path=/x?a=11 -> {"path":"/x?a11"}
path=/x?a1=1 -> {"path":"/x?a11"}
token=c2VjcmV0IQ== -> {"token":"c2VjcmV0IQ"}
path="/x?a=11" -> {"path":"/x?a=11"}
stringify: path="/x?a=11"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
