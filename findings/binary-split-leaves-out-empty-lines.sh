#!/usr/bin/env bash
# binary-split 1.0.5 (npm): split("\n") over text with empty lines.
# Guess: an empty buffer for each empty line, as the split and split2 packages give an empty string.
# Seen: empty lines do not come at all, however many there are and however the text is cut. The package's documentation calls
# itself similar to split and does not say so.
# Hurt: whoever numbers or counts lines with it: the count is too low, and each line number behind an empty line is wrong.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund binary-split@1.0.5 split2@4.2.0

cat >run.mjs <<'E'
import split2 from "split2";
import { createRequire } from "node:module";
const binarySplit = createRequire(import.meta.url)("binary-split");
const read = (stream, parts) => new Promise((resolve) => {
  const lines = [];
  stream.on("data", (line) => lines.push(line.toString()));
  stream.on("end", () => resolve(JSON.stringify(lines)));
  for (const part of parts) stream.write(part);
  stream.end();
});
for (const parts of [["a\n\n\nb\n"], ["a\n", "\nb"], ["\na"]]) {
  console.log(JSON.stringify(parts), "binary-split", await read(binarySplit("\n"), parts));
  console.log(JSON.stringify(parts), "split2", await read(split2("\n"), parts));
}
E
node run.mjs | tee seen

cat >expected <<'E'
["a\n\n\nb\n"] binary-split ["a","b"]
["a\n\n\nb\n"] split2 ["a","","","b"]
["a\n","\nb"] binary-split ["a","b"]
["a\n","\nb"] split2 ["a","","b"]
["\na"] binary-split ["a"]
["\na"] split2 ["","a"]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
