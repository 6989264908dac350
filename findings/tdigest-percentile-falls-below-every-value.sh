#!/usr/bin/env bash
# tdigest 0.5.2.2 (PyPI): percentile() of values of which most are equal.
# Guess: an estimate between the least and the greatest value, near the truth in the tails, which is what the method is for.
# Seen: of 900 ones and 100 hundreds the first percentile is -86.12 and the median 10.9; even of 990 ones and 10 twos the
# tenth percentile is 0.21. Equal values are one centroid, and the line to its one neighbour is drawn on to the left.
# Hurt: whoever summarises counts by key or sizes, where most are 1: the report shows negative counts, and a median ten
# times what nine of ten values are.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tdigest==0.5.2.2 accumulation-tree==0.6.4 pyudorandom==1.0.0

cat >probe.py <<'E'
from tdigest import TDigest

for parts in (((1, 900), (100, 100)), ((1, 990), (2, 10)), ((1, 4), (100, 1))):
    values = sorted(value for value, times in parts for _ in range(times))
    digest = TDigest()
    digest.batch_update(values)
    print(" and ".join(f"{times} x {value}" for value, times in parts))
    for percent in (1, 10, 50, 90):
        exact = values[len(values) * percent // 100]
        print(f"  percentile {percent}: {digest.percentile(percent):.2f}, exact {exact}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
900 x 1 and 100 x 100
  percentile 1: -86.12, exact 1
  percentile 10: -68.30, exact 1
  percentile 50: 10.90, exact 1
  percentile 90: 90.10, exact 100
990 x 1 and 10 x 2
  percentile 1: 0.03, exact 1
  percentile 10: 0.21, exact 1
  percentile 50: 1.01, exact 1
  percentile 90: 1.81, exact 1
4 x 1 and 1 x 100
  percentile 1: -76.22, exact 1
  percentile 10: -58.40, exact 1
  percentile 50: 20.80, exact 1
  percentile 90: 100.00, exact 100
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
