#!/usr/bin/env bash
# agate 1.14.2 (PyPI, the tables of csvkit): the aggregation MAD, the median of the absolute distances from the median.
# Guess: what its name says, and what Python's statistics gives when median() is taken twice: 2.5 for 1 to 10.
# Seen: the distances are taken in the order of the values and not sorted, so that the middle one is that of the median itself: 0 for every
# column with an odd number of values, and half the gap at the median for an even one. Scattered and steady columns look alike.
# Hurt: whoever tells outliers of a column by it: a column that ranges over thousands has no spread, and every value is an outlier.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check agate==1.14.2

cat >probe.py <<'E'
from statistics import median

import agate

for values in ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [3, 7, 50, 100, 1], [10, 2000, 35, 9000, 480, 77, 1200], [7, 7, 7]):
    table = agate.Table([(value,) for value in values], ["value"])
    seen = table.aggregate([("median", agate.Median("value")), ("mad", agate.MAD("value"))])
    middle = median(values)
    print(values, "median", seen["median"], "mad", seen["mad"], "statistics", median(abs(value - middle) for value in values))
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
[1, 2, 3, 4, 5, 6, 7, 8, 9, 10] median 5.5 mad 0.5 statistics 2.5
[3, 7, 50, 100, 1] median 7 mad 0 statistics 6
[10, 2000, 35, 9000, 480, 77, 1200] median 480 mad 0 statistics 470
[7, 7, 7] median 7 mad 0 statistics 0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
