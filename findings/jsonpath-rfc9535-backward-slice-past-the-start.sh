#!/usr/bin/env bash
# jsonpath-rfc9535 1.3.0 (npm): a slice that goes backwards to an end before the first element.
# Guess: as in Python and in RFC 9535 (2.3.4.2): an end below the first element is bounded to before the first, so all are taken.
# Seen: [:-4:-1] of three elements gives none and [:-5:-1] only the last: the end is made an index by adding the length once more. A start written out changes nothing; an end within the list is right.
# Hurt: whoever takes "the last five, newest first" of lists that may be shorter: the short ones are empty or cut.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund jsonpath-rfc9535@1.3.0

cat >run.mjs <<'E'
import { query } from "jsonpath-rfc9535";
const list = ["a", "b", "c"];
for (const slice of ["::-1", ":-3:-1", ":-4:-1", ":-5:-1", ":-6:-1", "2:-4:-1", "2:-6:-1"]) {
  console.log(`[${slice}]`, JSON.stringify(query(list, `$[${slice}]`)));
}
E
node run.mjs | tee seen

cat >expected <<'E'
[::-1] ["c","b","a"]
[:-3:-1] ["c","b"]
[:-4:-1] []
[:-5:-1] ["c"]
[:-6:-1] ["c","b"]
[2:-4:-1] []
[2:-6:-1] ["c","b"]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
