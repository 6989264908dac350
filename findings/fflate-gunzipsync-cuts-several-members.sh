#!/usr/bin/env bash
# fflate 0.8.3 (npm): gunzipSync() and gunzip() of gzip with two members, as cat a.gz b.gz, appending to a
# log.gz and bgzip write it.
# Guess: both members, which RFC 1952 makes one file and which the package's own Gunzip stream gives; at worst an error.
# Seen: no error and the first member alone; and if the last is the smaller, the first one cut to the last one's size, since the
# room is taken from the last four bytes. The stream gives all of it.
# Hurt: whoever counts a day of logs put together of hours: the text ends within a line of the first hour, and the counts are small
# but plausible.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund fflate@0.8.3

seq -f 'hour one, line %g' 1000 >one
seq -f 'hour two, line %g' 10 >two
gzip -k one two
cat one.gz two.gz >large-first.gz
cat two.gz one.gz >small-first.gz

cat >run.mjs <<'E'
import { readFileSync } from "node:fs";
import { gunzipSync as zlibGunzipSync } from "node:zlib";
import { Gunzip, gunzip, gunzipSync } from "fflate";
const last = (bytes) => `${bytes.length} bytes, ends ${JSON.stringify(Buffer.from(bytes).toString().slice(-20))}`;
for (const name of ["one.gz", "small-first.gz", "large-first.gz"]) {
  const data = readFileSync(name);
  console.log(name);
  console.log("  node:zlib", last(zlibGunzipSync(data)));
  console.log("  gunzipSync", last(gunzipSync(data)));
  console.log("  gunzip", last(await new Promise((done, fail) => gunzip(data, (error, all) => error ? fail(error) : done(all)))));
  const parts = [];
  new Gunzip((part) => parts.push(part)).push(data, true);
  console.log("  Gunzip", last(Buffer.concat(parts)));
}
E
node run.mjs | tee seen

cat >expected <<'E'
one.gz
  node:zlib 18893 bytes, ends "hour one, line 1000\n"
  gunzipSync 18893 bytes, ends "hour one, line 1000\n"
  gunzip 18893 bytes, ends "hour one, line 1000\n"
  Gunzip 18893 bytes, ends "hour one, line 1000\n"
small-first.gz
  node:zlib 19064 bytes, ends "hour one, line 1000\n"
  gunzipSync 171 bytes, ends "9\nhour two, line 10\n"
  gunzip 171 bytes, ends "9\nhour two, line 10\n"
  Gunzip 19064 bytes, ends "hour one, line 1000\n"
large-first.gz
  node:zlib 19064 bytes, ends "9\nhour two, line 10\n"
  gunzipSync 171 bytes, ends "9\nhour one, line 10\n"
  gunzip 171 bytes, ends "9\nhour one, line 10\n"
  Gunzip 19064 bytes, ends "9\nhour two, line 10\n"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
