#!/usr/bin/env bash
# json-p3 2.3.1 (npm): match() of a value that is no string.
# Guess: RFC 9535 (2.4.6): if an argument is no string, match() is LogicalFalse; search() likewise.
# Seen: match() takes numbers, true and null by their JavaScript text, so '1' matches the number 1; search() leaves them out as the RFC says.
# Hurt: whoever picks records by match(@.code, …): numbers come along that search(), and every other reader of RFC 9535, leaves out.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund json-p3@2.3.1

cat >run.mjs <<'E'
import { jsonpath } from "json-p3";
const values = ["1", 1, "true", true, "null", null];
for (const call of ["match(@, '1')", "search(@, '1')", "match(@, 'true')", "search(@, 'true')", "match(@, 'null')", "search(@, 'null')"]) {
  console.log(call, JSON.stringify(jsonpath.query(`$[?${call}]`, values).values()));
}
E
node run.mjs | tee seen

cat >expected <<'E'
match(@, '1') ["1",1]
search(@, '1') ["1"]
match(@, 'true') ["true",true]
search(@, 'true') ["true"]
match(@, 'null') ["null",null]
search(@, 'null') ["null"]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
