#!/usr/bin/env bash
# fastdigest 0.12.0 (PyPI): cdf() at a value that many of the data are.
# Guess: about the share of the data that are not above it: 0.9 where 900 of 1000 are 1, or 0.45 if ties count by half, as
# other digests have it.
# Seen: the share of the data below it: 0.0 at the least value, however many share it, and even where all data are that value.
# percentile() of the same digest is right: percentile(50) is 1 while cdf(1) is 0.
# Hurt: whoever asks which share of the keys came once, or of requests took the shortest time: the answer is none.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fastdigest==0.12.0

cat >probe.py <<'E'
from fastdigest import TDigest

for parts in (((1, 900), (100, 100)), ((1, 500), (2, 500)), ((5, 1000),), ((1, 1), (2, 998), (3, 1))):
    values = [value for value, times in parts for _ in range(times)]
    digest = TDigest.from_values(values)
    print(" and ".join(f"{times} x {value}" for value, times in parts), "| median", round(digest.median(), 6))
    for value, _ in parts:
        exact = sum(v <= value for v in values) / len(values)
        print(f"  cdf({value}): {digest.cdf(value):.3f}, exact {exact:.3f}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
900 x 1 and 100 x 100 | median 1.0
  cdf(1): 0.000, exact 0.900
  cdf(100): 0.901, exact 1.000
500 x 1 and 500 x 2 | median 1.5
  cdf(1): 0.000, exact 0.500
  cdf(2): 0.501, exact 1.000
1000 x 5 | median 5.0
  cdf(5): 0.000, exact 1.000
1 x 1 and 998 x 2 and 1 x 3 | median 2.0
  cdf(1): 0.000, exact 0.001
  cdf(2): 0.001, exact 0.999
  cdf(3): 1.000, exact 1.000
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
