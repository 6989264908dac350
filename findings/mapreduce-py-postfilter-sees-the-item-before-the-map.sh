#!/usr/bin/env bash
# mapreduce-py 0.5.1 (PyPI): MapReducer with a mapper, a postfilter ("filter items after map phase") and a reducer.
# Guess: the filter is asked about what the mapper made, with a reducer as without.
# Seen: with a reducer it is asked about the item before the mapper; without one about what the mapper made. The same pipeline keeps other
# items once it is reduced.
# Hurt: whoever filters keys after the map (stop words, lengths): the sum is of other rows than the list shows.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check mapreduce-py==0.5.1

cat >run.py <<'E'
from mapreduce import MapReducer


def square(x):
    return x * x


def is_large(x):
    return x > 10


def add(a, b):
    return a + b


if __name__ == "__main__":
    items = [1, 2, 3, 4, 5]
    pipeline = MapReducer().workers(1).mapper(square).postfilter(is_large)
    print("mapped and filtered:", list(pipeline.run(items)))
    print("and summed:", pipeline.reducer(add, 0).run(items), "wanted", 16 + 25)
E
env/bin/python run.py | tee seen

cat >expected <<'E'
mapped and filtered: [16, 25]
and summed: 0 wanted 41
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
