#!/usr/bin/env bash
# crick 0.0.8 (PyPI): SummaryStats.add(x, count) and update(values, counts), mean and variance of values that come with counts.
# Guess: a value of count 2 weighs as the same value added twice.
# Seen: count() is raised by the count, sum() by the value once: mean and variance are of no data at all, the mean of 3, 3 and 5 is 2.67,
# below the least value.
# Hurt: whoever reduces rows of key and count: every average is too low, by as much as values repeat.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check crick==0.0.8 numpy==1.26.4

cat >run.py <<'E'
from crick import SummaryStats

def show(name, stats):
    print(name, "count", stats.count(), "sum", stats.sum(), "mean", round(stats.mean(), 4), "least", stats.min())

twice = SummaryStats()
twice.update([3, 3, 5])
show("one by one:", twice)
counted = SummaryStats()
counted.update([3, 5], [2, 1])
show("with counts:", counted)
E
env/bin/python run.py | tee seen

cat >expected <<'E'
one by one: count 3 sum 11.0 mean 3.6667 least 3.0
with counts: count 3 sum 8.0 mean 2.6667 least 3.0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
