#!/usr/bin/env bash
# datasketches 5.2.0 (PyPI, Apache DataSketches): the empty text as one of the keys.
# Guess: it is a key as any other: a column with empty fields has one more distinct value, and the empty value has a frequency.
# Seen: the sketch of frequent items counts it, while HLL, CPC and theta pass over it without a word, and so does count_min, which
# answers 0 for it and leaves it out of its total weight: shares of the total are too large.
# Hurt: whoever counts distinct values or frequencies of columns with empty fields, or checks one sketch by the other: the sums differ.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datasketches==5.2.0 numpy==2.3.5

cat >probe.py <<'E'
import datasketches as ds

KEYS = ["", "a", ""]

frequent = ds.frequent_strings_sketch(5)
count_min = ds.count_min_sketch(5, 100)
for key in KEYS:
    frequent.update(key)
    count_min.update(key)
print("frequent items: empty", frequent.get_estimate(""), "of", frequent.total_weight)
print("count_min: empty", count_min.get_estimate(""), "of", count_min.total_weight)
for name, distinct in (
    ("hll", ds.hll_sketch(12)),
    ("cpc", ds.cpc_sketch(11)),
    ("theta", ds.update_theta_sketch()),
):
    for key in KEYS:
        distinct.update(key)
    print(name + ":", round(distinct.get_estimate()), "distinct")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
frequent items: empty 2 of 3
count_min: empty 0.0 of 1.0
hll: 1 distinct
cpc: 1 distinct
theta: 1 distinct
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
