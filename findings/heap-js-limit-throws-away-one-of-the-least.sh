#!/usr/bin/env bash
# heap-js 2.7.1 (npm): a heap with a limit, as one keeps the k least or greatest of a stream.
# Guess: of what was pushed the k first in the heap's order stay, or, as in a queue that is full, the k that came first.
# Seen: neither: behind each push the last leaf goes, which is whatever stands at the end of the array: of 5, 1, 4, 2, 3 with a limit of 3
# the least are said to be 1, 2 and 4. Where values fall, a new least one pushes an older one of the least out. The order of arrival counts.
# Hurt: whoever takes the top ten of many counts with it: most are right, some of the greatest are gone, and smaller ones stand there.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund heap-js@2.7.1

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { Heap } = createRequire(import.meta.url)("heap-js");

const show = (name, limit, values) => {
  const heap = new Heap(Heap.minComparator);
  heap.limit = limit;
  for (const value of values) heap.push(value);
  const least = [...heap.toArray()].sort((a, b) => a - b);
  console.log(`${name}: kept ${least.join(" ")}, least ${[...values].sort((a, b) => a - b).slice(0, limit).join(" ")}`);
};
show("five values", 3, [5, 1, 4, 2, 3]);
show("the same, other order", 3, [3, 5, 1, 4, 2]);
show("rising", 3, [1, 2, 3, 4, 5]);
show("falling", 3, [5, 4, 3, 2, 1]);
show("1 to 1000 in steps of 37", 10, Array.from({ length: 1000 }, (_, n) => 1 + (n * 37) % 1000));
E
node run.mjs | tee seen

cat >expected <<'E'
five values: kept 1 2 4, least 1 2 3
the same, other order: kept 1 2 3, least 1 2 3
rising: kept 1 2 3, least 1 2 3
falling: kept 1 2 4, least 1 2 3
1 to 1000 in steps of 37: kept 1 2 3 75 112 186 223 260 297 334, least 1 2 3 4 5 6 7 8 9 10
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
