#!/usr/bin/env bash
# simhash-js 1.0.0 (npm): Comparator.similarity() of what SimHash.hash() gives, as its README has it.
# Guess: 1 for the same text, more for lines that differ in a word than for two that have nothing in common.
# Seen: hash() gives a number, and similarity() takes its decimal digits for hexadecimal ones, so bits are compared that no text made: lines
# that differ in a word are at 0.14 to 0.35, two strangers at 0.43. The hashes themselves tell them apart: 5 to 7 of 32 bits differ, or 16.
# A text of less than four letters is not even like itself: NaN.
# Hurt: whoever joins lines or documents that are nearly the same before they count them: near ones stay apart, strangers come together.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund simhash-js@1.0.0

cat >run.mjs <<'E'
import simhash from "simhash-js";

const { Comparator, SimHash } = simhash;
const hasher = new SimHash();
function show(name, one, other) {
  const [x, y] = [hasher.hash(one), hasher.hash(other)];
  const differ = ((x ^ y) >>> 0).toString(2).replaceAll("0", "").length;
  console.log(`${name}: hashes ${x} ${y}, similarity ${Comparator.similarity(x, y).toFixed(2)}, bits that differ ${differ}`);
}
const server = (name) => `connection to database server ${name} was refused after 30 seconds, will try again in a minute`;
const login = (city) => `user alice has logged in from the office in ${city} with a browser and the second factor`;
const animal = (name) => `the quick brown fox jumps over the lazy ${name} and runs into the wood`;
show("the same", server("db1"), server("db1"));
show("another server", server("db1"), server("db2"));
show("another city", login("Berlin"), login("Bremen"));
show("another animal", animal("dog"), animal("cat"));
show("strangers", login("Berlin"), "disk sda1 of host web-7 is full to ninety percent, please delete old files");
show("three letters, twice", "abc", "abc");
E
node run.mjs | tee seen

cat >expected <<'E'
the same: hashes 193990535 193990535, similarity 1.00, bits that differ 0
another server: hashes 193990535 2341481743, similarity 0.25, bits that differ 5
another city: hashes 1336279076 1340736001, similarity 0.14, bits that differ 7
another animal: hashes 3085041415 1069673795, similarity 0.35, bits that differ 7
strangers: hashes 1336279076 1867638968, similarity 0.43, bits that differ 16
three letters, twice: hashes 0 0, similarity NaN, bits that differ 0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
