#!/usr/bin/env bash
# @jclem/logfmt2 2.4.3 (npm): decode() of lines with a word that has no value, or with a second equals sign in a value.
# Guess: as in logfmt, on which it is based, and in Go's go-logfmt: a bare word is a key, true or empty, and the next field is a field.
# Seen: the bare word takes the next key for its value: of "retry path=/a" retry is "path" and there is no path. After url=/?page=2 the 2
# is such a word: the status behind it is lost, and "2" is a key with the value "status". At the end of the line nothing is lost.
# Hurt: whoever counts statuses or paths of logfmt lines: those behind an address with a query, or behind a flag, are not there.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @jclem/logfmt2@2.4.3

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { decode } = createRequire(import.meta.url)("@jclem/logfmt2");
for (const line of [
  "level=info path=/a status=200",
  "level=info retry path=/a status=200",
  "level=info path=/a status=200 retry",
  "url=/?page=2 status=200",
  'url="/?page=2" status=200',
  "status=200 url=/?page=2",
]) console.log(`${line} -> ${JSON.stringify(decode(line))}`);
E
node run.mjs | tee seen

cat >expected <<'E'
level=info path=/a status=200 -> {"level":"info","path":"/a","status":"200"}
level=info retry path=/a status=200 -> {"level":"info","retry":"path","/a":"status"}
level=info path=/a status=200 retry -> {"level":"info","path":"/a","status":"200"}
url=/?page=2 status=200 -> {"2":"status","url":"/?page"}
url="/?page=2" status=200 -> {"url":"/?page=2","status":"200"}
status=200 url=/?page=2 -> {"status":"200","url":"/?page"}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
