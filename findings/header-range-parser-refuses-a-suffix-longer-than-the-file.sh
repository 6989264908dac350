#!/usr/bin/env bash
# header-range-parser 2.0.0 (npm; range-parser 1.3.0 does the same): a range of the last bytes, "bytes=-1000", of a shorter file.
# Guess: RFC 9110 (14.1.2): "If the selected representation is shorter than the specified suffix length, the entire representation is used",
# as a range whose end lies behind the file is cut to it.
# Seen: such a suffix is unsatisfiable (-1), for which a server sends 416, and among several ranges it is left out. An end behind the file
# is cut. A suffix of exactly the size is right.
# Hurt: whoever reads the tail of logs by range: each log fails until it has grown to that size, and then all is well.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund header-range-parser@2.0.0 range-parser@1.3.0

cat >run.mjs <<'E'
import { parseRange } from "header-range-parser";
import rangeParser from "range-parser";
for (const header of ["bytes=0-99", "bytes=50-1000", "bytes=-99", "bytes=-100", "bytes=-101", "bytes=-1000", "bytes=0-9,-1000"]) {
  const [seen, other] = [parseRange(100, header), rangeParser(100, header)].map((result) =>
    Array.isArray(result) ? result.map(({ start, end }) => `${start}-${end}`).join(" and ") : result
  );
  console.log(`${header} of 100 bytes: ${seen}, range-parser ${other}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
bytes=0-99 of 100 bytes: 0-99, range-parser 0-99
bytes=50-1000 of 100 bytes: 50-99, range-parser 50-99
bytes=-99 of 100 bytes: 1-99, range-parser 1-99
bytes=-100 of 100 bytes: 0-99, range-parser 0-99
bytes=-101 of 100 bytes: -1, range-parser -1
bytes=-1000 of 100 bytes: -1, range-parser -1
bytes=0-9,-1000 of 100 bytes: 0-9, range-parser 0-9
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
