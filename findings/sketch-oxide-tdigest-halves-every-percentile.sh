#!/usr/bin/env bash
# sketch-oxide 0.1.6 (PyPI; the crate sketch_oxide for Python): TDigest.quantile() of a hundred values, with the default compression of 100.
# Guess: near the truth, best in the tails, which the class promises ("high accuracy at distribution tails (p99, p99.9)"): of 1 to 100
# the median is about 50 and the 99th percentile about 99.
# Seen: all values are one centroid, and the half of them above its mean is left out: the median is 25.75, the 99th percentile 50.01, and
# only quantile(1) is the maximum. cdf() of the same digest gives 0.49 for 50. Of 400 values the median is 137.5.
# Hurt: whoever watches latencies of a minute or of a rare key: the 99th percentile is half of the true one, and right once there are many.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sketch-oxide==0.1.6

cat >probe.py <<'E'
from sketch_oxide import TDigest

for count in (10, 100, 400, 10_000):
    digest = TDigest(100.0)
    for value in range(1, count + 1):
        digest.update(float(value))
    estimates = ", ".join(f"{100 * q:g}%: {digest.quantile(q):.2f}" for q in (0.5, 0.9, 0.99, 1))
    print(f"1 to {count}: {estimates}; cdf({count // 2}) {digest.cdf(count / 2):.2f}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
1 to 10: 50%: 3.25, 90%: 5.05, 99%: 5.46, 100%: 10.00; cdf(5) 0.44
1 to 100: 50%: 25.75, 90%: 45.55, 99%: 50.01, 100%: 100.00; cdf(50) 0.49
1 to 400: 50%: 137.50, 90%: 313.50, 99%: 387.00, 100%: 400.00; cdf(200) 0.50
1 to 10000: 50%: 4970.50, 90%: 8999.00, 99%: 9897.50, 100%: 10000.00; cdf(5000) 0.50
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
