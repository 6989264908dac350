#!/usr/bin/env bash
# ndjson 0.3.1 (PyPI): loads() and load() of lines whose strings hold U+2028, U+2029 or U+0085 as they are, as JSON allows.
# Guess: the strings come back as they stand, since only LF ends a line of NDJSON.
# Seen: the text is cut with Python's splitlines() and hung together again with commas, so each such character within a string
# becomes a comma, and its own dumps(ensure_ascii=False) does not come back. reader() of the same package gives them right.
# Hurt: whoever loads counts by key: "a<U+2028>b" and "a,b" come out as two rows of one key, so the later replaces the earlier in a
# dict, with no error.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ndjson==0.3.1

cat >probe.py <<'E'
import io
import ndjson

rows = [{"key": "left,right", "count": 1}] + [{"key": f"left{mark}right", "count": 10} for mark in "\u2028\u2029\x85"]
text = ndjson.dumps(rows, ensure_ascii=False)
print("lines:", text.count("\n") + 1, "keys written:", len({row["key"] for row in rows}))
ways = {"loads": ndjson.loads(text), "load": ndjson.load(io.StringIO(text)), "reader": list(ndjson.reader(io.StringIO(text)))}
for name, back in ways.items():
    print(f"{name}:", len(back), "rows,", ascii(sorted({row["key"] for row in back})), "as written" if back == rows else "changed")
print("dict of loads:", {row["key"]: row["count"] for row in ways["loads"]})
print("escaped:", "as written" if ndjson.loads(ndjson.dumps(rows)) == rows else "changed")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
lines: 4 keys written: 4
loads: 4 rows, ['left,right'] changed
load: 4 rows, ['left,right'] changed
reader: 4 rows, ['left,right', 'left\x85right', 'left\u2028right', 'left\u2029right'] as written
dict of loads: {'left,right': 10}
escaped: as written
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
