"""What the tests of the Python client share: `test_*.py ORIGIN HELD_ORIGIN` runs one file."""

import sys
import threading
import unittest

import httpx

from millrace import Millrace

#: A server that counts, and one whose jobs end only when they are cancelled.
ORIGIN, HELD_ORIGIN = sys.argv[1:3]
#: How long a test waits for what must come, in seconds; a machine may be very busy.
PATIENCE = 120


class Scripted(httpx.BaseTransport):
    """Answers requests by functions, one after the other, the last one again and again."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def handle_request(self, request):
        body = request.read()
        self.sent.append((request, body))
        answer = self.answers[min(len(self.sent), len(self.answers)) - 1]
        return answer(request)


class Watched(httpx.BaseTransport):
    """Sends requests to the server; `after` may fail or wait when one was answered."""

    def __init__(self, after):
        self.inner = httpx.HTTPTransport()
        self.after = after
        self.seen = []

    def handle_request(self, request):
        self.seen.append(request)
        response = self.inner.handle_request(request)
        self.after(request, response)
        return response

    def close(self):
        self.inner.close()


def connect(origin=ORIGIN, **options):
    return Millrace(origin, **options)


def gated(first, gate):
    """An upload that sends a block and then waits."""
    yield first
    assert gate.wait(PATIENCE)


def until(condition):
    """Waits for what something else brings about."""
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("It is not so, whatever the wait")


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)
