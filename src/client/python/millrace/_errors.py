from __future__ import annotations

from typing import Any, Optional

import httpx

_PREFIX = "urn:millrace:problem:"


class MillraceError(Exception):
    """What the server has refused or failed to do, as the problem document that it answered."""

    def __init__(self, problem: dict[str, Any], request_id: Optional[str] = None) -> None:
        super().__init__(problem, request_id)  # so that it can be pickled
        #: The whole document (RFC 9457), with members such as ``limit``, ``allowed``, ``parameter``.
        self.problem = problem
        #: ``urn:millrace:problem:`` and the code; ``about:blank`` where something else has answered.
        self.type: str = problem["type"]
        #: What stands behind the prefix of the type, such as ``unknown-job``.
        self.code = self.type[len(_PREFIX) :] if self.type.startswith(_PREFIX) else self.type
        self.status: int = problem["status"]
        #: The name of the request in the server's log.
        self.request_id: Optional[str] = request_id or problem.get("requestId")

    def __str__(self) -> str:
        return str(self.problem["detail"])


def read_error(response: httpx.Response) -> MillraceError:
    """The error of a response, read whole, that is not what was asked for."""
    request_id = response.headers.get("x-request-id")
    if is_problem(response):
        return MillraceError(response.json(), request_id)
    status, reason = response.status_code, response.reason_phrase
    detail = f"Cannot use the answer {status}: {response.text[:200] or reason}"
    problem = {"type": "about:blank", "title": reason, "status": status, "detail": detail}
    return MillraceError(problem, request_id)


def is_problem(response: httpx.Response) -> bool:
    """Whether the server itself has refused, and no proxy before it."""
    media: str = response.headers.get("content-type", "")
    return media.startswith("application/problem+json")
