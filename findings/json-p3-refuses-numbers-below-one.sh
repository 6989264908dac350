#!/usr/bin/env bash
# json-p3 2.3.1 (npm): a filter that compares with a number which begins with "0.".
# Guess: $[?@ > 0.5] is a plain filter; RFC 9535 (2.3.5.1) makes an int of 0, then a fraction.
# Seen: "invalid number literal" for 0.5 and 0.25, as if the 0 were a leading zero of an integer; -0.5, 1.5 and 5e-1 are read.
# Hurt: whoever filters shares, probabilities or prices below one: the query is refused, and only another spelling of the number passes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund json-p3@2.3.1

cat >run.mjs <<'E'
import { jsonpath } from "json-p3";
const values = [0.25, 0.5, 1.5, -0.5];
for (const query of ["$[?@ == 0.5]", "$[?@ > 0.25]", "$[?@ == -0.5]", "$[?@ == 1.5]", "$[?@ == 5e-1]"]) {
  try {
    console.log(query, JSON.stringify(jsonpath.query(query, values).values()));
  } catch (error) {
    console.log(query, error.name, error.message.slice(0, 30));
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
$[?@ == 0.5] JSONPathSyntaxError invalid number literal '0.5' (
$[?@ > 0.25] JSONPathSyntaxError invalid number literal '0.25' 
$[?@ == -0.5] [-0.5]
$[?@ == 1.5] [1.5]
$[?@ == 5e-1] [0.5]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
