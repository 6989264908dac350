#!/usr/bin/env bash
# parser201 1.6.0 (PyPI): LogParser of lines of Apache's combined log, in which \" stands for a quote within a quoted field.
# Guess: the user agent up to its closing quote, and all fields of a line whatever the user is called.
# Seen: the user agent ends at its first \", the rest is dropped, and so agents that differ behind it are one. In the request the same \" is
# read well. A line whose user holds a space, as names from certificates and directories do, has no fields at all: each is None.
# Hurt: whoever counts clients or requests per user by it: clients join under a cut name, and requests of such users are not counted.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check parser201==1.6.0

cat >probe.py <<'E'
from parser201 import LogParser

REQUEST = '"GET /a HTTP/1.1" 200 5'
LINES = {
    "plain": f'192.0.2.1 - ann [10/Oct/2026:13:55:36 +0000] {REQUEST} "-" "curl/8"',
    "quotes in the agent": f'192.0.2.1 - ann [10/Oct/2026:13:55:36 +0000] {REQUEST} "-" "bot \\"one\\" 1.0"',
    "quotes in another": f'192.0.2.1 - ann [10/Oct/2026:13:55:36 +0000] {REQUEST} "-" "bot \\"two\\" 2.0"',
    "quotes in the request": '192.0.2.1 - ann [10/Oct/2026:13:55:36 +0000] "GET /\\"a\\" HTTP/1.1" 200 5 "-" "curl/8"',
    "user with a space": f'192.0.2.1 - Ann Doe [10/Oct/2026:13:55:36 +0000] {REQUEST} "-" "curl/8"',
}
for name, line in LINES.items():
    entry = LogParser(line)
    print(f"{name}: user {entry.username}, {entry.requestline}, status {entry.statuscode}, agent {entry.useragent}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
plain: user ann, GET /a HTTP/1.1, status 200, agent curl/8
quotes in the agent: user ann, GET /a HTTP/1.1, status 200, agent bot \
quotes in another: user ann, GET /a HTTP/1.1, status 200, agent bot \
quotes in the request: user ann, GET /\"a\" HTTP/1.1, status 200, agent curl/8
user with a space: user None, None, status None, agent None
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
