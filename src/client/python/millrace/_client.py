from __future__ import annotations

import os
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, TypeVar, Union

import httpx

from ._each import NDJSON, Batch, batch_texts, read_answers
from ._errors import MillraceError
from ._inputs import Body, Input
from ._job import JobFuture
from ._results import Results
from ._transport import Document, Transport, bring_lists

#: Requests of ``count_each`` that are sent and not yet answered.
_EACH_AHEAD = 4

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Millrace:
    """A server of Millrace. At the end of ``with`` it waits for its futures, as an executor does; an
    exception that leaves the block cancels them."""

    def __init__(
        self,
        url: str,
        *,
        key: Optional[str] = None,
        max_workers: int = 8,
        max_retries: int = 2,
        timeout: Optional[float] = 60.0,
        transport: Optional[httpx.BaseTransport] = None,
    ) -> None:
        """
        :param url: Such as ``http://localhost:8000``; a path behind it is that of a proxy.
        :param key: An API key.
        :param max_workers: How many inputs are sent and jobs are waited for at once, by threads.
        :param max_retries: How often a request is sent again that may succeed then.
        :param timeout: Seconds that the server may be silent or read nothing; None for no bound.
        :param transport: What sends requests. Default: that of httpx.
        """
        http = httpx.Client(
            base_url=url,
            headers={} if key is None else {"authorization": f"Bearer {key}"},
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=max_workers),
            transport=transport,
        )
        self._transport = Transport(http, max_retries, timeout)
        #: What is made of results.
        self.results = Results(self._transport, self._begin)
        self._max_workers = max_workers
        self._pool = ThreadPoolExecutor(max_workers, thread_name_prefix="millrace")
        self._jobs: set[JobFuture] = set()
        self._is_closed = False
        self._stop = threading.Event()  # ends counts that have no future to be cancelled

    def count(self, input: Input, **options: Any) -> Document:
        """Counts an input, and waits for the counts: the JSON document of the HTTP interface."""
        if self._is_closed:
            raise RuntimeError("Cannot count: this Millrace is closed")
        body = Body(input)
        query = bring_lists({**options, "format": "json"}, body, str(uuid.uuid4()))
        response = self._transport.send("PUT", "/v1/count", query, body, stop=self._stop)
        result: Document = response.json()
        return result

    def access(self) -> Document:
        """What this client may do, and how much of it: rights, and limits."""
        response = self._transport.send("GET", "/v1/access", stop=self._stop)
        result: Document = response.json()
        return result

    def submit(self, input: Input, *, job_id: Optional[str] = None, **options: Any) -> JobFuture:
        """Begins to count an input in the background.

        An upload that breaks off is sent again if the input can be: the id keeps it from being
        counted twice. A file has to stay open until the future is done.

        :param job_id: A UUID; the same one with the same request again is the same job.
        """
        job_id = str(uuid.uuid4() if job_id is None else uuid.UUID(job_id))
        body = Body(input)
        query = bring_lists(options, body, job_id)
        return self._begin(JobFuture(self._transport, job_id, query, body))

    def job(self, job_id: str) -> JobFuture:
        """The future of a job that the server has."""
        return self._begin(JobFuture(self._transport, str(uuid.UUID(job_id)), {}, None))

    def map(
        self, paths: Iterable[Union[str, os.PathLike[str]]], **options: Any
    ) -> Iterator[Document]:
        """Counts files, several at once, and gives their counts in order.

        It is at most two files for each thread ahead of its reader, so that any number of files
        takes little memory.
        """
        yield from self._ahead(
            lambda path: self.count(path, **options), map(Path, paths), 2 * self._max_workers
        )

    def count_each(
        self, texts: Iterable[str], **options: Any
    ) -> Iterator[Union[Document, MillraceError]]:
        """Counts each of many short texts by itself, and gives what came of them in their order.

        Each gets a document with ``tokens``, ``keys``, ``counted`` and ``counts``, pairs of key and
        count; or the error of a text that cannot be counted. A hundred or so are sent at once, and
        some are counted ahead of their reader.
        """
        if isinstance(texts, str):
            raise TypeError("Cannot count each of a string's letters")
        for answers in self._ahead(
            lambda batch: self._count_batch(batch, options), batch_texts(texts), _EACH_AHEAD
        ):
            yield from answers

    def _count_batch(
        self, batch: Batch, options: Mapping[str, Any]
    ) -> list[Union[Document, MillraceError]]:
        query = {**options, "each": True}
        body = Body("\n".join(batch.lines))
        response = self._transport.send(
            "PUT", "/v1/count", query, body, stop=self._stop, headers=NDJSON
        )
        return read_answers(response.text, batch)

    def _ahead(
        self, call: Callable[[_Given], _Made], inputs: Iterable[_Given], most: int
    ) -> Iterator[_Made]:
        """What calls make of inputs, in their order; so many are ahead of their reader at most."""
        ahead: deque[Future[_Made]] = deque()
        try:
            for each in inputs:
                ahead.append(self._pool.submit(call, each))
                if len(ahead) >= most:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def close(self, cancel: bool = False) -> None:
        """Ends the threads and closes the connections.

        :param cancel: Whether to cancel the futures that have not ended, as far as the server can be
            told, and not to wait for them.
        """
        if cancel:
            self._stop.set()
            self._cancel_jobs()
        self._pool.shutdown(cancel_futures=cancel)
        self._is_closed = True
        self._transport.close()

    def __enter__(self) -> Millrace:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close(cancel=kind is not None)

    def _cancel_jobs(self) -> None:
        for job in list(self._jobs):
            try:
                job.cancel()
            except (MillraceError, httpx.HTTPError):
                pass  # it is left to the server

    def _begin(self, job: JobFuture) -> JobFuture:
        self._pool.submit(job._run)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return job
