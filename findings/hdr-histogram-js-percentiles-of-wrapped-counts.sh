#!/usr/bin/env bash
# hdr-histogram-js 3.0.1 (npm): a histogram with bitBucketSize 8 or 16, to save space, and one value recorded more often than that.
# Guess: an error as in the Java original, which refuses a count that would overflow, or a count that stays at the greatest.
# Seen: the counter wraps to 0 and on; totalCount goes on as it should. The percentiles are read off the wrapped counts against the
# true total, which they never reach: the median and even the 100th are 0, less than every value recorded. README and types name no
# bound.
# Hurt: whoever keeps one small histogram a key: nothing is said, the total is right, and the values most often seen are those that
# vanish.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund hdr-histogram-js@3.0.1

cat >run.mjs <<'E'
import { build, initWebAssembly } from "hdr-histogram-js";
await initWebAssembly();
for (const [times, sizes] of [[200, [8]], [300, [8, 16]], [66000, [16, 32]]]) {
  for (const bitBucketSize of sizes) for (const useWebAssembly of [false, true]) {
    const histogram = build({ bitBucketSize, useWebAssembly, highestTrackableValue: 1000, numberOfSignificantValueDigits: 2 });
    for (let i = 0; i < times; i++) histogram.recordValue(5);
    for (let i = 0; i < 100; i++) histogram.recordValue(100);
    const at = [1, 50, 90, 100].map((p) => histogram.getValueAtPercentile(p));
    console.log(`${times} x 5 and 100 x 100, ${bitBucketSize} bits, ${useWebAssembly ? "wasm" : "js"}: total`,
      `${histogram.totalCount}, percentiles 1, 50, 90, 100: ${at.join(", ")}`);
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
200 x 5 and 100 x 100, 8 bits, js: total 300, percentiles 1, 50, 90, 100: 5, 5, 100, 100
200 x 5 and 100 x 100, 8 bits, wasm: total 300, percentiles 1, 50, 90, 100: 5, 5, 100, 100
300 x 5 and 100 x 100, 8 bits, js: total 400, percentiles 1, 50, 90, 100: 5, 0, 0, 0
300 x 5 and 100 x 100, 8 bits, wasm: total 400, percentiles 1, 50, 90, 100: 5, 0, 0, 0
300 x 5 and 100 x 100, 16 bits, js: total 400, percentiles 1, 50, 90, 100: 5, 5, 100, 100
300 x 5 and 100 x 100, 16 bits, wasm: total 400, percentiles 1, 50, 90, 100: 5, 5, 100, 100
66000 x 5 and 100 x 100, 16 bits, js: total 66100, percentiles 1, 50, 90, 100: 0, 0, 0, 0
66000 x 5 and 100 x 100, 16 bits, wasm: total 66100, percentiles 1, 50, 90, 100: 0, 0, 0, 0
66000 x 5 and 100 x 100, 32 bits, js: total 66100, percentiles 1, 50, 90, 100: 5, 5, 5, 100
66000 x 5 and 100 x 100, 32 bits, wasm: total 66100, percentiles 1, 50, 90, 100: 5, 5, 5, 100
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
