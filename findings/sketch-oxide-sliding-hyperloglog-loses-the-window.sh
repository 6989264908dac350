#!/usr/bin/env bash
# sketch-oxide 0.1.6 (PyPI; the crate sketch_oxide for Python): SlidingHyperLogLog.estimate_window() of a window shorter than the stream.
# Guess: the distinct keys of the window, off by some standard_error(), 1.6 %: the method of 2010 that it names keeps for each register
# all maxima that a later window may need.
# Seen: each register keeps one maximum with its time. A greater one from before the window hides all that came since: of 20,000 keys that
# come one a second the last 1,000 seconds are said to hold 244 and the last 10,000 seconds 3,423. The whole stream is right.
# Hurt: whoever shows unique users of the last minutes: the figure is right after a start and then sinks for as long as the service runs.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sketch-oxide==0.1.6

cat >probe.py <<'E'
from sketch_oxide import SlidingHyperLogLog

for length in (1_000, 5_000, 20_000):
    sketch = SlidingHyperLogLog(precision=12, max_window_seconds=36_000)
    for second in range(length):
        sketch.update(f"user {second}", second)
    now = length - 1
    windows = {seconds: round(sketch.estimate_window(now, seconds - 1)) for seconds in (100, 1_000, 10_000) if seconds <= length}
    print(f"{length} keys in {length} seconds, standard error {sketch.standard_error():.3f}:")
    print("  all:", round(sketch.estimate_total()), "by window in seconds:", windows)
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
1000 keys in 1000 seconds, standard error 0.016:
  all: 1001 by window in seconds: {100: 93, 1000: 1001}
5000 keys in 5000 seconds, standard error 0.016:
  all: 5073 by window in seconds: {100: 65, 1000: 724}
20000 keys in 20000 seconds, standard error 0.016:
  all: 20462 by window in seconds: {100: 21, 1000: 244, 10000: 3423}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
