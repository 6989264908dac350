#!/usr/bin/env bash
# httpx-sse 0.4.3 (PyPI): a block of an event stream without any data, such as "retry: 3000" or "id: 7" alone.
# Guess: no event. The standard says that a block whose data is empty sets the time or the id and dispatches nothing; such a
# block is how servers open a stream or move the last id on.
# Seen: each gives an event of type "message" with the text "", so the usual event.json() raises on a correct stream.
# (A comment alone does give nothing.)
# Hurt: whoever counts or parses the events: one too many at the start of each connection, or an exception there.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 httpx-sse==0.4.3 sseclient-py==1.9.0

cat >probe.py <<'E'
import httpx
import sseclient
from httpx_sse import EventSource

for body in (b"retry: 3000\n\ndata: {}\n\n", b"id: 7\n\ndata: {}\n\n", b"event: done\n\ndata: {}\n\n", b": hello\n\ndata: {}\n\n"):
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)
    seen = []
    for event in EventSource(answer).iter_sse():
        try:
            seen.append(f"{event.event} {event.json()}")
        except ValueError as error:
            seen.append(f"{event.event} {event.data!r}: {error}")
    other = [f"{event.event} {event.data}" for event in sseclient.SSEClient(iter([body])).events()]
    print(body.decode().split("\n")[0], "->", seen, "| sseclient-py", other)
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
retry: 3000 -> ["message '': Expecting value: line 1 column 1 (char 0)", 'message {}'] | sseclient-py ['message {}']
id: 7 -> ["message '': Expecting value: line 1 column 1 (char 0)", 'message {}'] | sseclient-py ['message {}']
event: done -> ["done '': Expecting value: line 1 column 1 (char 0)", 'message {}'] | sseclient-py ['message {}']
: hello -> ['message {}'] | sseclient-py ['message {}']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
