#!/usr/bin/env bash
# consistent-hash 1.2.2 (npm): two rings of the same ten servers, as two processes have them, with random points (as it comes) and uniform ones.
# Guess: both send a key to the same server: that is what consistent hashing is for, and the points come from the servers' names.
# Seen: the points come from Math.random(), as its README says in passing, so two rings agree about a tenth of the keys, as chance has it.
# With distribution: "uniform" they hang on the order in which servers were added, and on whether keys were asked for before the last came.
# Hurt: whoever gives each key to one counter by it: after a restart, or in a second process, nine keys of ten are counted elsewhere.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund consistent-hash@1.2.2

cat >run.mjs <<'E'
import ConsistentHash from "consistent-hash";

const servers = Array.from("abcdefghij");
const keys = Array.from({ length: 1000 }, (_, i) => `user${i}`);
function ring(names, options) {
  const made = new ConsistentHash(options);
  for (const name of names) made.add(name);
  return made;
}
const agree = (one, other) => keys.filter((key) => one.get(key) === other.get(key)).length;

const random = agree(ring(servers), ring(servers));
console.log("random, same order: agree about", random < 500 ? "fewer than half" : random);
const uniform = { distribution: "uniform" };
console.log("uniform, same order:", agree(ring(servers, uniform), ring(servers, uniform)), "of", keys.length);
console.log("uniform, other order:", agree(ring(servers, uniform), ring(servers.toReversed(), uniform)));
const grown = ring(servers.slice(0, 9), uniform);
grown.get("user0");
grown.add("j");
console.log("uniform, the last added after a key was asked for:", agree(ring(servers, uniform), grown));
E
node run.mjs | tee seen

cat >expected <<'E'
random, same order: agree about fewer than half
uniform, same order: 1000 of 1000
uniform, other order: 0
uniform, the last added after a key was asked for: 471
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
