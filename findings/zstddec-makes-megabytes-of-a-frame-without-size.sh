#!/usr/bin/env bash
# zstddec 0.3.4 (npm): decode() of a frame that does not say how long its content is.
# Guess: the text, or an error: such frames are what every stream writes, the zstd command behind a pipe too; its README says that decode() may fail without uncompressedSize.
# Seen: no error: 16.9 million bytes that do not begin with the content, whatever that is. With the size given it is right, as is a frame that states it.
# Hurt: whoever decodes an upload or a log before counting: something else is counted instead of the text.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund zstddec@0.3.4

cat >run.mjs <<'E'
import { ZSTDDecoder } from "zstddec";
const decoder = new ZSTDDecoder();
await decoder.init();
// "one" and a line feed: as `zstd file` and as `zstd <file` write it.
const frames = {
  "with its size": "KLUv/SQEIQAAb25lCt8WaAk=",
  "without a size": "KLUv/QRYIQAAb25lCt8WaAk=",
};
for (const [name, base64] of Object.entries(frames)) {
  const frame = Buffer.from(base64, "base64");
  const free = decoder.decode(frame);
  const text = free.length > 100 ? "" : JSON.stringify(Buffer.from(free).toString());
  const told = JSON.stringify(Buffer.from(decoder.decode(frame, 4)).toString());
  console.log(name + ":", free.length, "bytes", text || `that ${free[0] === 111 ? "" : "do not "}begin with it`, "; told 4:", told);
}
E
node run.mjs | tee seen

cat >expected <<'E'
with its size: 4 bytes "one\n" ; told 4: "one\n"
without a size: 16908214 bytes that do not begin with it ; told 4: "one\n"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
