#!/usr/bin/env bash
# clf-parser 0.0.2 (npm): the combined log format's last two fields.
# Guess: http_referer and http_user_agent without the quotes that the format writes around them, and null for a missing one ("-").
# Seen: the user agent comes so, the referer keeps its quotes. A missing referer is the text "-" with its quotes, though all other
# fields give null for a hyphen.
# Hurt: whoever counts hits without a referer, or joins referers to a list of sites: the first count is 0 and no name matches.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund clf-parser@0.0.2

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const parse = createRequire(import.meta.url)("clf-parser");
for (const [referer, agent] of [["http://example.org/", "curl/8.5"], ["-", "-"]]) {
  const line = `192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "${referer}" "${agent}"`;
  const { http_referer, http_user_agent, remote_user } = parse(line);
  console.log(JSON.stringify({ http_referer, http_user_agent, remote_user }));
}
E
node run.mjs | tee seen

cat >expected <<'E'
{"http_referer":"\"http://example.org/\"","http_user_agent":"curl/8.5","remote_user":null}
{"http_referer":"\"-\"","http_user_agent":null,"remote_user":null}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
