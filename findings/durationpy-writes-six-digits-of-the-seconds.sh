#!/usr/bin/env bash
# durationpy 0.11 (PyPI, Go's durations for Python; the client of Kubernetes uses it): to_str() of a timedelta, read back by from_str().
# Guess: the same timedelta: both have microseconds, and Go's own text has all digits.
# Seen: seconds are written with six digits in all: 39.906722 s is 39.9067s, 12.000004 s is 12s. Below ten seconds five places stay, above
# four. from_str() takes all digits, and what has no fraction is right.
# Hurt: whoever keeps durations as text and adds them up or compares them: half of those with microseconds come back as others.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check durationpy==0.11

cat >probe.py <<'E'
from datetime import timedelta

from durationpy import from_str, to_str

for microseconds in (250, 1_500_000, 3_804_733, 12_000_004, 39_906_722, 59_999_996, 4_059_906_722, 86_400_000_000):
    duration = timedelta(microseconds=microseconds)
    text = to_str(duration)
    back = from_str(text)
    print(f"{microseconds} us: {text}", "right" if back == duration else f"is {back // timedelta(microseconds=1)} us")
print("1h7m39.906722s read:", from_str("1h7m39.906722s") // timedelta(microseconds=1), "us")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
250 us: 250us right
1500000 us: 1.5s right
3804733 us: 3.80473s is 3804730 us
12000004 us: 12s is 12000000 us
39906722 us: 39.9067s is 39906700 us
59999996 us: 60s is 60000000 us
4059906722 us: 1h7m39.9067s is 4059906700 us
86400000000 us: 24h right
1h7m39.906722s read: 4059906722 us
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
