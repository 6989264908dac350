#!/usr/bin/env bash
# CBuffer 2.2.0 (npm): sum() and avg() of a ring of the last values, once one is taken out.
# Guess: sum and average of the values that toArray() shows.
# Seen: both add up the storage from its begin and not from where the ring begins, so they hold only until something is removed: of 30, 10,
# 20 and 5 without the 30 the sum is 60 and not 35; of a full ring that two shifts left with 5, 6 and 7 the average is 12.33, and after
# pop() both are NaN. median() is right.
# Hurt: whoever shows the average of the last latencies and drops old ones: it counts values that are gone, without an error.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund CBuffer@2.2.0

cat >run.mjs <<'E'
import CBuffer from "CBuffer";

const show = (what, ring) => {
  const values = ring.toArray();
  const sum = values.reduce((a, b) => a + b, 0);
  console.log(`${what}: [${values}] sum ${ring.sum()} avg ${ring.avg().toFixed(2)} median ${ring.median()};`,
    `exact sum ${sum} avg ${(sum / values.length).toFixed(2)}`);
};
const ringOf = (...values) => {
  const ring = new CBuffer(5);
  ring.push(...values);
  return ring;
};
const never = ringOf(30, 10, 20, 5);
never.shift();
show("not full, shift", never);
const full = ringOf(30, 10, 20, 5, 6, 7);
show("wrapped", full);
full.shift();
show("wrapped, shift", full);
full.shift();
show("wrapped, 2 shifts", full);
full.push(100);
show("wrapped, 2 shifts, push", full);
const popped = ringOf(30, 10, 20, 5, 6, 7);
popped.pop();
show("wrapped, pop", popped);
E
node run.mjs | tee seen

cat >expected <<'E'
not full, shift: [10,20,5] sum 60 avg 20.00 median 10; exact sum 35 avg 11.67
wrapped: [10,20,5,6,7] sum 48 avg 9.60 median 7; exact sum 48 avg 9.60
wrapped, shift: [20,5,6,7] sum 42 avg 10.50 median 6.5; exact sum 38 avg 9.50
wrapped, 2 shifts: [5,6,7] sum 37 avg 12.33 median 6; exact sum 18 avg 6.00
wrapped, 2 shifts, push: [5,6,7,100] sum 132 avg 33.00 median 6.5; exact sum 118 avg 29.50
wrapped, pop: [10,20,5,6] sum NaN avg NaN median 8; exact sum 41 avg 10.25
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
