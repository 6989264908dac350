#!/usr/bin/env bash
# jsonpath-rfc9535 1.3.0 (npm): a comparison with an element by its index.
# Guess: $[?@.tags[0] == 'x'] is a singular query of RFC 9535 (2.3.5.1), whose value is compared.
# Seen: it holds for no record: a query with an index gives no value in a comparison, so two of them are always "equal". By name it works, and the mere test for existence finds them all.
# Hurt: whoever filters by the first element, a common shape of tags, coordinates and paths: an empty answer without an error, or all records.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund jsonpath-rfc9535@1.3.0

cat >run.mjs <<'E'
import { query } from "jsonpath-rfc9535";
const rows = [{ tags: ["x", "y"], first: "x" }, { tags: ["z"], first: "z" }];
const ask = (path) => console.log(path, query(rows, path).length, "of", rows.length);
ask("$[?@.first == 'x']");
ask("$[?@.tags[0]]");
ask("$[?@.tags[0] == 'x']");
ask("$[?@.tags[0] != 'x']");
ask("$[?@['tags'][-1] == 'y']");
ask("$[?@.tags[0] == $[1].tags[0]]");
E
node run.mjs | tee seen

cat >expected <<'E'
$[?@.first == 'x'] 1 of 2
$[?@.tags[0]] 2 of 2
$[?@.tags[0] == 'x'] 0 of 2
$[?@.tags[0] != 'x'] 2 of 2
$[?@['tags'][-1] == 'y'] 0 of 2
$[?@.tags[0] == $[1].tags[0]] 2 of 2
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
