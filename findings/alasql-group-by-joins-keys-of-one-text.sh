#!/usr/bin/env bash
# alasql 4.19.1 (npm): GROUP BY of values that differ but look alike as text.
# Guess: SQL's rule: values that are not equal are apart, and NULL is a group of its own.
# Seen: groups are made by text. NULL and the text "null" are one group, so are dates within one second, and with two columns
# the texts are joined by a backtick: (a`b, c) and (a, b`c) are one. The first row's values stand for all of them.
# Hurt: whoever counts events by time in milliseconds, or by columns of free text: counts of several groups are added up under
# one name, without an error.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund alasql@4.19.1

cat >run.mjs <<'E'
import alasql from "alasql";
const one = (keys) => alasql("SELECT k, COUNT(*) AS times FROM ? GROUP BY k", [keys.map((k) => ({ k }))]);
const two = (keys) => alasql("SELECT k, j, COUNT(*) AS times FROM ? GROUP BY k, j", [keys.map(([k, j]) => ({ k, j }))]);
console.log("null and its name:", JSON.stringify(one([null, "null", "other"])));
console.log("0, 1, 999 and 1000 ms:", JSON.stringify(one([0, 1, 999, 1000].map((ms) => new Date(ms)))));
console.log("two columns:", JSON.stringify(two([["a`b", "c"], ["a", "b`c"], ["a", "b"]])));
E
node run.mjs | tee seen

cat >expected <<'E'
null and its name: [{"k":null,"times":2},{"k":"other","times":1}]
0, 1, 999 and 1000 ms: [{"k":"1970-01-01T00:00:00.000Z","times":3},{"k":"1970-01-01T00:00:01.000Z","times":1}]
two columns: [{"k":"a`b","j":"c","times":2},{"k":"a","j":"b","times":1}]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
