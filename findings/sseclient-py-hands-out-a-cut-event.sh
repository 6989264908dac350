#!/usr/bin/env bash
# sseclient-py 1.9.0 (PyPI): an event stream that ends, or breaks off, inside an event.
# Guess: the standard's rule, which browsers and httpx-sse keep: what no blank line has ended is thrown away, for it may be
# only the first part.
# Seen: the unfinished event is handed out like a whole one, with whatever had arrived of it.
# Hurt: whoever sums counts from a stream: of "data: 1234" cut after two digits the client makes an event of 12, and nothing
# tells it from a true one; the resent event then comes on top.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sseclient-py==1.9.0 httpx==0.28.1 httpx-sse==0.4.3

cat >probe.py <<'E'
import httpx
import sseclient
from httpx_sse import EventSource

whole = b"id: 1\ndata: 7\n\nid: 2\ndata: 1234\n\n"
for name, body in (("whole", whole), ("cut in the number", whole[:-4]), ("cut before the blank line", whole[:-1])):
    old = [event.data for event in sseclient.SSEClient(iter([body])).events()]
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)
    new = [event.data for event in EventSource(answer).iter_sse()]
    print(f"{name}: sseclient-py {old}, httpx-sse {new}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
whole: sseclient-py ['7', '1234'], httpx-sse ['7', '1234']
cut in the number: sseclient-py ['7', '12'], httpx-sse ['7']
cut before the blank line: sseclient-py ['7', '1234'], httpx-sse ['7']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
