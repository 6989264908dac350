#!/usr/bin/env bash
# external-sorting 1.3.1 (npm): a last line that no line feed ends.
# Guess: as sort(1) has it: the last line is a line, whether a line feed ends it or not.
# Seen: it is left out of the answer, without an error, whatever maxHeap is. With a line feed at the end every line is there.
# Hurt: whoever counts what comes out: one record of each file is lost, which is easy to miss among millions.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund external-sorting@1.3.1

cat >run.mjs <<'E'
import { Readable, Writable } from "node:stream";
import sorting from "external-sorting";
const sort = sorting.default ?? sorting;
async function sorted(text, maxHeap) {
  let out = "";
  const output = new Writable({ write(piece, _, done) { out += piece; done(); } });
  await sort({ input: Readable.from([text]), output, tempDir: process.cwd(), maxHeap }).asc();
  return JSON.stringify(out);
}
for (const maxHeap of [2, 100]) {
  console.log(maxHeap, "with ", await sorted("pear\nfig\napple\n", maxHeap));
  console.log(maxHeap, "without", await sorted("pear\nfig\napple", maxHeap));
}
E
node run.mjs | tee seen

cat >expected <<'E'
2 with  "apple\nfig\npear\n"
2 without "fig\npear\n"
100 with  "apple\nfig\npear\n"
100 without "fig\npear\n"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
