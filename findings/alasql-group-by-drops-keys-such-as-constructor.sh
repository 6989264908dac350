#!/usr/bin/env bash
# alasql 4.19.1 (npm): GROUP BY over rows of plain JavaScript objects.
# Guess: one group for each value of the column and every row in one of them, whatever the text.
# Seen: rows whose key is "constructor", "toString", "valueOf", "hasOwnProperty" or "__proto__" are in no group: the counts and
# sums lack them, and there is no error. COUNT(*) of the same rows without GROUP BY has them.
# Hurt: whoever counts words, identifiers or field names: the groups do not add up to the total, for a few keys only.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund alasql@4.19.1

cat >run.mjs <<'E'
import alasql from "alasql";
const rows = ["constructor", "constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "prototype", "word"]
  .map((key) => ({ key, n: 1 }));
const groups = alasql("SELECT key, COUNT(*) AS times, SUM(n) AS hits FROM ? GROUP BY key", [rows]);
console.log("groups:", groups.map((g) => `${g.key} ${g.times} ${g.hits}`).join(", "));
console.log("all:", alasql("SELECT VALUE COUNT(*) FROM ?", [rows]));
E
node run.mjs | tee seen

cat >expected <<'E'
groups: prototype 1 1, word 1 1
all: 8
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
