from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from email.utils import parsedate_to_datetime
from typing import Any, Optional, Union

import httpx

from ._errors import is_problem, read_error
from ._inputs import Body
from ._lists import take_lists

#: A JSON object.
Document = dict[str, Any]

#: The longest ``Retry-After`` that is waited for, in seconds.
_MOST_RETRY_AFTER = 60.0
#: The first pause is at most so long, and each later one twice as long as the one before.
_FIRST_PAUSE, _MOST_PAUSE = 0.5, 8.0
#: Proxies and servers take addresses of so many characters.
_MOST_QUERY_CHARS = 8_000
#: What a connection may fail with, so that another try may succeed.
_LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError)


class Transport:
    """Sends requests, all of them idempotent, and sends those again that may succeed then."""

    def __init__(self, http: httpx.Client, max_retries: int, timeout: Optional[float]) -> None:
        self._http = http
        self._max_retries = max_retries
        self._timeout = timeout

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] = {},
        body: Optional[Body] = None,
        *,
        stop: Optional[threading.Event] = None,
        wait: float = 0,
        stream: bool = False,
        headers: Mapping[str, str] = {},
    ) -> httpx.Response:
        """The response, if it is good.

        :param stop: Ends the upload and the pauses with a CancelledError when it is set.
        :param wait: Seconds that the server is asked to wait, beside those of the timeout.
        :param stream: Whether the body is left to the caller, who closes the response.
        :param headers: Beside those that the body has.
        """
        stop = stop or threading.Event()
        may_repeat = body is None or body.is_repeatable
        tries = 0
        while not stop.is_set():
            request = self._build(method, path, query, body, stop, wait, headers)
            failure: Exception
            try:
                response = self._http.send(request, stream=stream)
                if response.is_success:
                    return response
                response.read()
                failure, after = read_error(response), _read_retry_after(response)
            except _LOST as error:
                failure, after = error, 0.0
            if after is None or not may_repeat or tries >= self._max_retries:
                raise failure
            # A random pause, so that clients do not all come at once.
            jitter = random.uniform(0, min(_MOST_PAUSE, _FIRST_PAUSE * 2**tries))
            stop.wait(max(after, jitter))
            tries += 1
        raise CancelledError()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _build(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: Optional[Body],
        stop: threading.Event,
        wait: float,
        headers: Mapping[str, str],
    ) -> httpx.Request:
        media, content = (None, None) if body is None else body.open(stop)
        silence = None if self._timeout is None else self._timeout + wait
        return self._http.build_request(
            method,
            path,
            params=format_query(query),
            content=content,
            headers={**({} if media is None else {"content-type": media}), **headers},
            timeout=httpx.Timeout(self._timeout, read=silence),
        )


def bring_lists(options: Mapping[str, Any], body: Body, id: str) -> Document:
    """Options as a query says them; lists that no address has room for go with the body."""
    query = {_to_camel_case(name): value for name, value in options.items()}
    if len(str(format_query(query))) > _MOST_QUERY_CHARS:
        body.lists = take_lists(query, id)
    return query


def format_query(options: Mapping[str, Any]) -> httpx.QueryParams:
    """Options as the HTTP interface names them; of a list, each item by itself."""
    named = {_to_camel_case(name): value for name, value in options.items()}
    of_kernel = named.pop("kernelOptions", None) or {}
    named.update({f"option.{name}": value for name, value in of_kernel.items()})
    pairs: list[tuple[str, Union[str, int, float, bool, None]]] = []
    for name, value in named.items():
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if each is not None:
                pairs.append((name, each))
    return httpx.QueryParams(pairs)


def _to_camel_case(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def _read_retry_after(response: httpx.Response) -> Optional[float]:
    """After how many seconds the request may succeed, if ever: the server says it, and a proxy
    before it may not."""
    text = response.headers.get("retry-after")
    if text is None:
        is_of_proxy = response.status_code in (502, 503, 504) and not is_problem(response)
        return 0.0 if is_of_proxy else None
    try:
        seconds = float(text) if text.isdigit() else _seconds_until(text)
    except (TypeError, ValueError):  # the former before Python 3.10
        return None
    return max(0.0, seconds) if seconds <= _MOST_RETRY_AFTER else None


def _seconds_until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - time.time()
