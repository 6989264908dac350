#!/usr/bin/env bash
# python-jsonpath 2.2.2 (PyPI): filters that compare values of several types by <.
# Guess: RFC 9535 (2.3.5.2.2): < holds between two numbers or two strings, and never between a boolean and a number. The
# library keeps true and 1 apart in ==, so it minds Python's own order of them.
# Seen: true is less than 2 and more than 0, and 0 is less than true, while true is neither equal to 1 nor at most 1.
# Hurt: whoever filters records by @.n < 2 where n is a number in some and a flag in others: the flags are picked as well.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-jsonpath==2.2.2

cat >run.py <<'E'
import json
import jsonpath

values = [1, True, 0, False, None, "1"]
for path in ["$[?@ == 1]", "$[?@ < 2]", "$[?@ <= 1]", "$[?@ > 0]", "$[?@ < true]"]:
    print(path, json.dumps(jsonpath.findall(path, values)))
E
venv/bin/python run.py | tee seen

cat >expected <<'E'
$[?@ == 1] [1]
$[?@ < 2] [1, true, 0, false]
$[?@ <= 1] [1, 0, false]
$[?@ > 0] [1, true]
$[?@ < true] [0, false]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
