#!/usr/bin/env bash
# groupby-lib 0.6.1 (PyPI) with pandas 3.1.1: GroupBy.var() and std() of numbers that are large beside their spread, as times are.
# Guess: what pandas gives, whose groupby the library stands in for at more speed: the variance of 1, 4 and 7 is 9, and it stays 9 when
# the same number is added to all three.
# Seen: it is the difference of two sums of squares. Of Unix times in whole seconds the sum of squares passes 2^63: the variance is -9.2e18
# and std() has no value. As floats the 9 is 0 for seconds and some hundred million for milliseconds. The mean is right.
# Hurt: whoever takes the spread of times, ids or byte offsets for each key: a steady key seems to scatter, and a scattered one seems steady.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check groupby-lib==0.6.1 pandas==3.1.1 numpy==2.4.6 numba==0.68.1 llvmlite==0.50.0 \
  polars==2.1.0 pyarrow==26.0.1

cat >probe.py <<'E'
import warnings

import pandas as pd
from groupby_lib.groupby import GroupBy

warnings.simplefilter("ignore")
keys = pd.Series(["steady"] * 3 + ["apart"] * 3)
for name, start in (("nothing", 0), ("seconds", 1_790_000_000), ("milliseconds", 1_790_000_000_000)):
    print("added to the times:", name)
    for key, kind in (("steady", "int64"), ("apart", "int64"), ("steady", "float64")):
        times = pd.Series([start + step for step in (1, 4, 7, 0, 0, 90)], dtype=kind)
        variance, truth = GroupBy(keys).var(times)[key], times.groupby(keys).var()[key]
        # How far a float is off hangs on the processor; that it is off by more than a tenth does not.
        shown = f"{variance:.3g}" if kind == "int64" else "off" if abs(variance - truth) > truth / 10 else "right"
        print(f"  {key}, {kind}: {shown}, pandas {truth:g}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
added to the times: nothing
  steady, int64: 9, pandas 9
  apart, int64: 2.7e+03, pandas 2700
  steady, float64: right, pandas 9
added to the times: seconds
  steady, int64: -9.22e+18, pandas 9
  apart, int64: -9.22e+18, pandas 2700
  steady, float64: off, pandas 9
added to the times: milliseconds
  steady, int64: -4.81e+24, pandas 9
  apart, int64: -4.81e+24, pandas 2700
  steady, float64: off, pandas 9
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
