#!/usr/bin/env bash
# @datadog/sketches-js 2.1.1 (npm): DDSketch.fromProto() of what toProto() wrote, and the merge of such sketches.
# Guess: the sketch as it was: count, sum, min, max and quantiles; what cannot come back is missing or NaN.
# Seen: count and quantiles are back, the sum is 0, min is Infinity and max -Infinity. Merged into a sketch of one's own, 1000 values are added
# to its count and nothing to its sum, so that the average falls from 500 to 0.99, and min and max are those of the own values alone.
# Hurt: whoever has workers send sketches and merges them: percentiles are right beside sums and averages that leave the workers out.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @datadog/sketches-js@2.1.1 protobufjs@8.8.1

cat >run.mjs <<'E'
import sketches from "@datadog/sketches-js";

const { DDSketch } = sketches;
function sketch(from, to) {
  const made = new DDSketch({ relativeAccuracy: 0.01 });
  for (let value = from; value <= to; value++) made.accept(value);
  return made;
}
function show(name, of) {
  const median = of.getValueAtQuantile(0.5).toFixed(0);
  console.log(`${name}: count ${of.count} sum ${of.sum} average ${(of.sum / of.count).toFixed(2)} min ${of.min} max ${of.max} median ${median}`);
}
const made = sketch(1, 1000);
show("made", made);
const sent = DDSketch.fromProto(made.toProto());
show("sent", sent);
const both = sketch(990, 991);
both.merge(made);
show("two values and the made", both);
const own = sketch(990, 991);
own.merge(sent);
show("two values and the sent", own);
E
node run.mjs | tee seen

cat >expected <<'E'
made: count 1000 sum 500500 average 500.50 min 1 max 1000 median 498
sent: count 1000 sum 0 average 0.00 min Infinity max -Infinity median 498
two values and the made: count 1002 sum 502481 average 501.48 min 1 max 1000 median 498
two values and the sent: count 1002 sum 1981 average 1.98 min 990 max 991 median 498
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
