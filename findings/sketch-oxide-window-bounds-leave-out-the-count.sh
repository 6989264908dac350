#!/usr/bin/env bash
# sketch-oxide 0.1.6 (PyPI; the crate sketch_oxide for Python): ExponentialHistogram.insert(time, count) with counts above a few.
# Guess: count(now) gives (estimate, lower, upper) for the window, and the truth lies between the bounds, within epsilon: the class
# promises "guaranteed relative error bounds". Its SlidingWindowCounter, asked the same, gives 6,102 for 6,000.
# Seen: with 100 events a second and a window of a minute it is 1,464, between 1,208 and 1,720, of 6,000. With one event a second it is
# right, and with ten the truth is above the upper bound already.
# Hurt: whoever limits a rate or watches for peaks by events that come in batches: four times the limit passes, with bounds that exclude it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sketch-oxide==0.1.6

cat >probe.py <<'E'
from sketch_oxide import ExponentialHistogram, SlidingWindowCounter

for batch in (1, 10, 100):
    histogram = ExponentialHistogram(60, epsilon=0.1)
    counter = SlidingWindowCounter(60, epsilon=0.1)
    for second in range(1, 1001):
        histogram.insert(second, batch)
        counter.increment_by(second, batch)
    estimate, lower, upper = histogram.count(1000)
    print(f"{batch} a second, {60 * batch} in the window:", end=" ")
    print(f"histogram {estimate}, between {lower} and {upper}; counter {counter.count(1000)}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
1 a second, 60 in the window: histogram 62, between 60 and 64; counter 62
10 a second, 600 in the window: histogram 544, between 528 and 560; counter 611
100 a second, 6000 in the window: histogram 1464, between 1208 and 1720; counter 6102
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
