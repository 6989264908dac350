#!/usr/bin/env bash
# bloom-filters 3.0.4 (npm): HyperLogLog.count() of few distinct values.
# Guess: within a few times accuracy(), which says 0.0325 for 1024 registers; small counts are HyperLogLog's most exact.
# Seen: about half of the truth until there are some thousands: 0 for one value, 45 for 100, 514 for 1000; near the promise
# again from 10000 on. (Each register keeps the zeros before the first one-bit without the one that the method adds, so a register
# hit once in two looks as if it had never been hit.)
# Hurt: whoever counts distinct keys per group: small groups, that is most of them, are reported at half or as empty.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund bloom-filters@3.0.4

cat >run.mjs <<'E'
import filters from "bloom-filters";
for (const distinct of [1, 10, 100, 1000, 10000]) {
  const sketch = new filters.HyperLogLog(1024);
  for (let i = 0; i < distinct; i++) sketch.update(`key${i}`);
  console.log(`${distinct} distinct: counted ${sketch.count(true)}, promised within ${sketch.accuracy()}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
1 distinct: counted 0, promised within 0.0325
10 distinct: counted 4, promised within 0.0325
100 distinct: counted 45, promised within 0.0325
1000 distinct: counted 514, promised within 0.0325
10000 distinct: counted 9497, promised within 0.0325
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
