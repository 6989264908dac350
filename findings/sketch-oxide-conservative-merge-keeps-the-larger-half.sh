#!/usr/bin/env bash
# sketch-oxide 0.1.6 (PyPI; the crate sketch_oxide for Python): ConservativeCountMin.merge() of two shards of one stream.
# Guess: estimates of the sum or above: the class says "never underestimates (always returns >= true count)", and its CountMinSketch,
# merged in the same way, gives the sum.
# Seen: of each counter the larger one is kept instead of the sum: a key that each of two shards has five times is estimated at 5. The
# total count of the merged sketch is the sum all the same. Nothing is raised.
# Hurt: whoever counts in shards and merges: a key that is spread evenly over n shards has an nth of its count, and the order of keys
# follows how they were spread.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sketch-oxide==0.1.6

cat >probe.py <<'E'
from collections import Counter

from sketch_oxide import ConservativeCountMin, CountMinSketch

SHARDS = [["spread"] * 5 + ["lumped"] * 7, ["spread"] * 5, ["spread"] * 5]
print("exact:", Counter(key for shard in SHARDS for key in shard).most_common())
for kind in (CountMinSketch, ConservativeCountMin):
    merged = kind(0.001, 0.01)
    for shard in SHARDS:
        sketch = kind(0.001, 0.01)
        for key in shard:
            sketch.update(key.encode())
        merged.merge(sketch)
    print(kind.__name__ + ":", {key: merged.estimate(key.encode()) for key in ("spread", "lumped")})
print("its total:", merged.total_count())
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
exact: [('spread', 15), ('lumped', 7)]
CountMinSketch: {'spread': 15, 'lumped': 7}
ConservativeCountMin: {'spread': 5, 'lumped': 7}
its total: 22
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
