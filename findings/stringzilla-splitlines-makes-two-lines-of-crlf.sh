#!/usr/bin/env bash
# stringzilla 5.3.2 (PyPI): Str.splitlines() of lines that end with CR LF.
# Guess: as many lines as str.splitlines() of Python, which it is named after: CR LF ends one line.
# Seen: CR ends a line and LF another, so that an empty line stands behind every line; with keeplinebreaks=True the line is cut between
# CR and LF.
# Hurt: whoever counts lines of logs from Windows or of HTTP: twice as many, and the empty key leads the list.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check stringzilla==5.3.2

cat >run.py <<'E'
from collections import Counter
import stringzilla as sz

log = "GET /a\r\nGET /b\r\nGET /a\r\n"
print("stringzilla:", Counter(str(line) for line in sz.Str(log).splitlines()).most_common())
print("Python:", Counter(log.splitlines()).most_common())
print("kept:", [str(line) for line in sz.Str(log).splitlines(keeplinebreaks=True)][:3])
E
env/bin/python run.py | tee seen

cat >expected <<'E'
stringzilla: [('', 3), ('GET /a', 2), ('GET /b', 1)]
Python: [('GET /a', 2), ('GET /b', 1)]
kept: ['GET /a\r', '\n', 'GET /b\r']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
