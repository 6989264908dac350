#!/usr/bin/env bash
# nsyslog-parser 0.10.1 (npm): messages of RFC 3164 without a tag, and of RFC 5424 with brackets in the text.
# Guess: a program is what a colon or a bracket ends, as RFC 3164 (4.1.3) has it, and structured data ends at the first blank behind it;
# all that follows is the message, word for word.
# Seen: of the RFC's own "Use the BFG!" the program is "Use", the pid is "the" and the message "BFG!"; of a longer text "failed" is lost
# altogether. Of RFC 5424 a bracket in the text is taken for structured data, and all in front of it is gone.
# Hurt: whoever counts by program or by message: words of texts lead the list of programs, and messages that differ at the start are one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund nsyslog-parser@0.10.1

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const parse = createRequire(import.meta.url)("nsyslog-parser");
for (const text of [
  "<13>Feb  5 17:32:18 10.0.0.99 su[12]: Use the BFG!",
  "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
  "<13>Feb  5 17:32:18 10.0.0.99 user bob failed to log in",
  '<13>1 2026-02-05T17:32:18Z host app - - [a@1 k="v"] refused by rule',
  '<13>1 2026-02-05T17:32:18Z host app - - [a@1 k="v"] refused by [rule id="7"] today',
]) {
  const { appName, pid, structuredData, message } = parse(text);
  console.log(text);
  console.log(`  ${JSON.stringify({ appName, pid, structuredData, message })}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
<13>Feb  5 17:32:18 10.0.0.99 su[12]: Use the BFG!
  {"appName":"su","pid":"12","message":"Use the BFG!"}
<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!
  {"appName":"Use","pid":"the","message":"BFG!"}
<13>Feb  5 17:32:18 10.0.0.99 user bob failed to log in
  {"appName":"user","pid":"bob","structuredData":"to","message":"log in"}
<13>1 2026-02-05T17:32:18Z host app - - [a@1 k="v"] refused by rule
  {"appName":"app","pid":"-","structuredData":[{"$id":"a@1","k":"v"}],"message":"refused by rule"}
<13>1 2026-02-05T17:32:18Z host app - - [a@1 k="v"] refused by [rule id="7"] today
  {"appName":"app","pid":"-","structuredData":[{"$id":"a@1","k":"v"},{"$id":"rule","id":"7"}],"message":"today"}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
