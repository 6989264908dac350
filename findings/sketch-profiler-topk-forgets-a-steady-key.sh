#!/usr/bin/env bash
# sketch-profiler 0.2.1 (PyPI, profiles of streams): TopK(k), which keeps at most max(10 k, 100) candidates.
# Guess: as Space-Saving and Misra-Gries guarantee: a key with more than a hundredth of all rows is found, and its count is off by that at most.
# Seen: at 101 candidates the lower half is thrown away with its counts, later keys first where counts are equal, and no bound is kept.
# Among keys that come once, one that has 2 % of all rows begins from one again and again: its estimate is 1, and it is not shown.
# Hurt: whoever reads the top values of a column off the profile: the one value that repeats is missing, and ten that came once stand there.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sketch-profiler==0.2.1

cat >probe.py <<'E'
from collections import Counter

from dataprofiler.topk import TopK

# Request ids, each once, and behind every fifty of them the one request that carries no id of its own.
rows = []
for number in range(10_000):
    rows.append(f"request {number}")
    if number >= 100 and number % 50 == 0:
        rows.append("health check")

top = TopK(k=10)
for row in rows:
    top.update(row)
exact = Counter(rows)
print("rows:", len(rows), "exact:", exact.most_common(2))
print("estimate:", top.estimate("health check"), "shown:", "health check" in dict(top.top()))
print("shown:", top.top(3))
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
rows: 10198 exact: [('health check', 198), ('request 0', 1)]
estimate: 1 shown: False
shown: [('request 0', 1), ('request 1', 1), ('request 2', 1)]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
