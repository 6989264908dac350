#!/usr/bin/env bash
# glossy 0.1.7 (npm): parse() of an RFC 5424 line that has structured data and a message with a closing bracket.
# Guess: the message is all that stands behind the structured data (RFC 5424, 6), as for lines whose structured data is "-".
# Seen: the data is taken to end at the last "]" of the line. Of "GET /list[0] 200" the message is "200", of "took [3 ms]" nothing is
# left, and what was within those brackets becomes an element of the data.
# Hurt: whoever counts messages, paths or statuses of a syslog: those with an index or a bracketed id are counted by their last words.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund glossy@0.1.7

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { Parse } = createRequire(import.meta.url)("glossy");
for (const message of ["started", "GET /list[0] 200", "took [3 ms]", "worker[7]: done, 3 of [a, b] left"]) {
  for (const data of ["-", '[meta@1 zone="x"]']) {
    const parsed = Parse.parse(`<165>1 2026-11-28T22:14:15.003Z host app 8710 ID47 ${data} ${message}`);
    console.log(`${data} ${message} -> ${JSON.stringify(parsed.message)} ${JSON.stringify(parsed.structuredData ?? null)}`);
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
- started -> "started" null
[meta@1 zone="x"] started -> "started" {"meta@1":{"zone":"x"}}
- GET /list[0] 200 -> "GET /list[0] 200" null
[meta@1 zone="x"] GET /list[0] 200 -> "200" {"meta@1":{"zone":"x"}}
- took [3 ms] -> "took [3 ms]" null
[meta@1 zone="x"] took [3 ms] -> "" {"3":{},"meta@1":{"zone":"x"}}
- worker[7]: done, 3 of [a, b] left -> "worker[7]: done, 3 of [a, b] left" null
[meta@1 zone="x"] worker[7]: done, 3 of [a, b] left -> "left" {"meta@1":{"zone":"x"},"7]:":{}}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
