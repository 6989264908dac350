#!/usr/bin/env bash
# cmsketch 0.1.11 (PyPI): PyCountMinSketchStr, the count-min sketch in Python beside CountMinSketchStr in C++, for fifty keys.
# Guess: of fifty keys that came once each, in rows of 2000 cells, all are counted as 1: two keys would have to share their cells in
# each of ten rows, which independent rows do about never. More rows make errors rarer.
# Seen: twenty of the fifty, k0 to k19, are counted as 2. Keys that differ in little share the cells of all rows, however many rows there
# are: of 256 addresses a hundred are counted too high with 5, 10 and 20 rows alike. The class in C++ errs there less with each row.
# Hurt: whoever counts hours, addresses or numbered users by it: neighbours are added up, and more rows cost time and memory for nothing.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cmsketch==0.1.11

cat >probe.py <<'E'
from cmsketch import CountMinSketchStr, PyCountMinSketchStr

inputs = {"k0 to k49": [f"k{i}" for i in range(50)], "10.0.0.0 to 10.0.0.255": [f"10.0.0.{i}" for i in range(256)]}
for name, keys in inputs.items():
    for rows in (5, 10, 20):
        counts = []
        for kind in (CountMinSketchStr, PyCountMinSketchStr):
            sketch = kind(2000, rows)
            for key in keys:
                sketch.insert(key)
            wrong = [key for key in keys if sketch.count(key) != 1]
            counts.append(f"{kind.__name__} {len(wrong)} too high")
        print(f"{name}, 2000 cells, {rows} rows: {', '.join(counts)}")
sketch = PyCountMinSketchStr(2000, 10)
for i in range(50):
    sketch.insert(f"k{i}")
print("counted as 2:", *(f"k{i}" for i in range(50) if sketch.count(f"k{i}") == 2))
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
k0 to k49, 2000 cells, 5 rows: CountMinSketchStr 0 too high, PyCountMinSketchStr 20 too high
k0 to k49, 2000 cells, 10 rows: CountMinSketchStr 0 too high, PyCountMinSketchStr 20 too high
k0 to k49, 2000 cells, 20 rows: CountMinSketchStr 0 too high, PyCountMinSketchStr 4 too high
10.0.0.0 to 10.0.0.255, 2000 cells, 5 rows: CountMinSketchStr 25 too high, PyCountMinSketchStr 101 too high
10.0.0.0 to 10.0.0.255, 2000 cells, 10 rows: CountMinSketchStr 17 too high, PyCountMinSketchStr 101 too high
10.0.0.0 to 10.0.0.255, 2000 cells, 20 rows: CountMinSketchStr 3 too high, PyCountMinSketchStr 52 too high
counted as 2: k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
