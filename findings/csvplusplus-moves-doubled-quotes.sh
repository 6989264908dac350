#!/usr/bin/env bash
# csvplusplus 0.1.0 (PyPI, csvpp): quotes within quoted fields, which every CSV writer doubles (RFC 4180, 2.7).
# Guess: it is "backward-compatible with every CSV tool": "say ""hi""" is the text say "hi".
# Seen: the quotes move: "q""q" is qq", and say ""hi"", you is cut at its comma into two fields, say hi" and the rest. So the
# next column holds the end of the one before, and no error is raised.
# Hurt: whoever counts titles, comments or JSON in a column: keys change, and the columns behind them too.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csvplusplus==0.1.0

cat >probe.py <<'E'
import csv
import io

from csvpp import parse

for line in ('"q""q",1', '"""all""",1', '"say ""hi"", you",1', '"x,y",1', '"{""a"":1}",1'):
    text = f"a,b\n{line}\n"
    row = parse(text)[0]
    exact = next(csv.DictReader(io.StringIO(text)))
    print(f"{line}: {list(row.values())}{'' if row == exact else f', exact {list(exact.values())}'}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
"q""q",1: ['qq"', '1'], exact ['q"q', '1']
"""all""",1: ['all""', '1'], exact ['"all"', '1']
"say ""hi"", you",1: ['say hi"', ' you"'], exact ['say "hi", you', '1']
"x,y",1: ['x,y', '1']
"{""a"":1}",1: ['{a":1}"', '1'], exact ['{"a":1}', '1']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
