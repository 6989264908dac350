#!/usr/bin/env bash
# requests-sse 0.5.3 (PyPI): data of server-sent events (HTML standard, 9.2.6) that begin with spaces, and a byte order mark.
# Guess: one space behind the colon is dropped and no more; one byte order mark at the begin of the stream is dropped; an empty "event:"
# leaves the type "message".
# Seen: all leading spaces go and all trailing line feeds; the first event behind a byte order mark is lost; an empty type stays empty.
# Hurt: whoever puts words together that come as events, as models stream them: "to" and " be" become "tobe"; indented JSON or code loses
# its indentation; the first event of a server that writes the mark never comes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests-sse==0.5.3

cat >probe.py <<'E'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from requests_sse import EventSource

CASES = {
    "words": (b"data: to\n\ndata:  be\n\n", [("message", "to"), ("message", " be")]),
    "indented": (b"data:   x = 1\n\n", [("message", "  x = 1")]),
    "line feeds": (b"data: a\ndata:\ndata:\n\n", [("message", "a\n\n")]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("message", "a"), ("message", "b")]),
    "empty type": (b"event:\ndata: a\n\n", [("message", "a")]),
    "carriage returns": (b"data: a\rdata: b\r\r", [("message", "a\nb")]),
}


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.wfile.write(CASES[self.path[1:].replace("%20", " ")][0] + b"event: end\ndata: end\n\n")

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name, (_, exact) in CASES.items():
    found = []
    with EventSource(f"http://127.0.0.1:{server.server_port}/{name}") as source:
        for event in source:
            if event.data == "end":
                break
            found.append((event.type, event.data))
    print(f"{name}: {found}{'' if found == exact else f', by the standard {exact}'}")
server.shutdown()
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
words: [('message', 'to'), ('message', 'be')], by the standard [('message', 'to'), ('message', ' be')]
indented: [('message', 'x = 1')], by the standard [('message', '  x = 1')]
line feeds: [('message', 'a')], by the standard [('message', 'a\n\n')]
byte order mark: [('message', 'b')], by the standard [('message', 'a'), ('message', 'b')]
empty type: [('', 'a')], by the standard [('message', 'a')]
carriage returns: [('message', 'a\nb')]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
