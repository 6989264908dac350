#!/usr/bin/env bash
# fakeredis 2.41.0 (PyPI, Redis in memory for tests): TOPK.ADD one item at a time, then TOPK.LIST WITHCOUNT.
# Guess: estimates, but k different items at most, each once, and exact where the table is wide and the keys few.
# Seen: until k places are taken every add takes one, also for an item that has one already, and only one of its places is counted
# on from then. A key stands there twice or three times, with old counts beside the right one, and others are left out.
# Hurt: whoever tests the most frequent keys against it instead of against Redis: a key has two counts, and the third most frequent
# is missing. Input whose first k items differ passes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fakeredis==2.41.0 redis==8.1.0 sortedcontainers==2.4.0

cat >probe.py <<'E'
from collections import Counter

import fakeredis

topk = fakeredis.FakeRedis(decode_responses=True).topk()
for text in ("GET GET PUT GET", "GET GET GET PUT PUT POST", "to be or not to be that is to be to"):
    words = text.split()
    topk.reserve(text, 3, 100000, 5, 0.9)
    for word in words:
        topk.add(text, word)
    print(text)
    print("  exact:", Counter(words).most_common(3))
    print("  TOPK.LIST:", topk.list(text, withcount=True))
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
GET GET PUT GET
  exact: [('GET', 3), ('PUT', 1)]
  TOPK.LIST: ['GET', 3, 'GET', 2, 'PUT', 1]
GET GET GET PUT PUT POST
  exact: [('GET', 3), ('PUT', 2), ('POST', 1)]
  TOPK.LIST: ['GET', 3, 'GET', 2, 'PUT', 2]
to be or not to be that is to be to
  exact: [('to', 4), ('be', 3), ('or', 1)]
  TOPK.LIST: ['to', 4, 'be', 3, 'or', 1]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
