#!/usr/bin/env bash
# xz-decompress 0.2.3 (npm): small files made by xz --check=crc32, crc64, none and sha256, and by its filters for x86, ARM64 and deltas.
# Guess: each is read: the check says how a file is verified, not what is in it.
# Seen: CRC-32, CRC-64 and no check are read. SHA-256, which the format has as well, and each filter end with "error code 6" and
# without a byte of text; nothing else is said.
# Hurt: whoever takes .xz from others: files of makers who chose the strongest check are refused, and the number reads like damage.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund xz-decompress@0.2.3

cat >run.mjs <<'E'
import xz from "xz-decompress";
const FILES = {
  "CRC-32": "/Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQADYQpiCgCXKlcYAAEYBGvp8KWQQpkNAQAAAAABWVo=",
  "CRC-64": "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQADYQpiCgBEjiy1raDNrAABHARvLJzBH7bzfQEAAAAABFla",
  "none": "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+WjAQADYQpiCgAAARQEZ6ZFCQZynnoBAAAAAABZWg==",
  "SHA-256": "/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQADYQpiCgCREWndqvFGr/U59YwmxImvO4kt/w/ig8HCZMZa5apZogABNATFgsGcGJtLmgEAAAAAClla",
  "filter x86": "/Td6WFoAAATm1rRGAgEEACEBFgANhjUfAQADYQpiCgBEjiy1raDNrAABHARvLJzBH7bzfQEAAAAABFla",
  "filter ARM64": "/Td6WFoAAATm1rRGAgEKACEBFgB95z8lAQADYQpiCgBEjiy1raDNrAABHARvLJzBH7bzfQEAAAAABFla",
  "filter delta": "/Td6WFoAAATm1rRGAgEDAQAhARZ5IMTuAQADYalYqABEjiy1raDNrAABHARvLJzBH7bzfQEAAAAABFla",
};
for (const [name, base64] of Object.entries(FILES)) {
  const stream = new Blob([Buffer.from(base64, "base64")]).stream();
  const told = (text) => JSON.stringify(text);
  console.log(name, await new Response(new xz.XzReadableStream(stream)).text().then(told, ({ message }) => message));
}
E
node run.mjs | tee seen

cat >expected <<'E'
CRC-32 "a\nb\n"
CRC-64 "a\nb\n"
none "a\nb\n"
SHA-256 get_next_output failed with error code 6
filter x86 get_next_output failed with error code 6
filter ARM64 get_next_output failed with error code 6
filter delta get_next_output failed with error code 6
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
