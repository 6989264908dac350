#!/usr/bin/env bash
# jsonpath-rfc9535 1.3.0 (npm): match() with a pattern of alternatives.
# Guess: match() is true where the whole string matches (RFC 9535, 2.4.6): 'GET|PUT' means these two words.
# Seen: "GETTER" and "OUTPUT" match 'GET|PUT' too: the anchors stand before the first alternative and behind the last only. In brackets, '(GET|PUT)', it is right.
# Hurt: whoever picks records by a list of words: others that begin or end with one of them are counted too.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund jsonpath-rfc9535@1.3.0

cat >run.mjs <<'E'
import { query } from "jsonpath-rfc9535";
const words = ["GET", "PUT", "GETTER", "OUTPUT", "TARGET", "POST"];
for (const pattern of ["GET", "GET|PUT", "(GET|PUT)", "GET|POST|PUT"]) {
  console.log(pattern, JSON.stringify(query(words, `$[?match(@, '${pattern}')]`)));
}
E
node run.mjs | tee seen

cat >expected <<'E'
GET ["GET"]
GET|PUT ["GET","PUT","GETTER","OUTPUT"]
(GET|PUT) ["GET","PUT"]
GET|POST|PUT ["GET","PUT","GETTER","OUTPUT","POST"]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
