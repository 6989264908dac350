#!/usr/bin/env bash
# madoka 0.7.2.1 (PyPI, Count-Min sketch with the most frequent keys): merge() of two sketches, then most_common().
# Guess: the keys of both, ranked by the counts that the merged sketch has, as collections.Counter.most_common() does after an update.
# Seen: the sketch itself adds up, but most_common() ranks and shows the counts from before the merge: a key that both sides have keeps
# the count of one side, so the order is wrong too, while only one lookup away the same object says the sum.
# Hurt: whoever counts shards apart and merges the sketches: the top list is that of the larger shard of each key, not of all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check madoka==0.7.2.1

cat >probe.py <<'E'
import madoka


def sketch(counts):
    made = madoka.Sketch()
    for key, count in counts.items():
        made[key] = count
    return made


monday = sketch({"GET": 60, "PUT": 50, "HEAD": 1})
tuesday = sketch({"GET": 10, "PUT": 45, "HEAD": 65})
monday.merge(tuesday)
print("looked up:", {key: monday[key] for key in ("GET", "PUT", "HEAD")})
print("most_common(3):", list(monday.most_common(3)))
monday.add("PUT", 1)
print("once PUT has come again:", list(monday.most_common(3)))
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
looked up: {'GET': 70, 'PUT': 95, 'HEAD': 66}
most_common(3): [('GET', 60), ('PUT', 50), ('HEAD', 1)]
once PUT has come again: [('GET', 60), ('PUT', 50), ('HEAD', 1)]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
