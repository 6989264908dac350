from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Optional

import httpx

from ._errors import MillraceError
from ._inputs import Body, Input
from ._transport import Document, Transport

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: Seconds that the server holds a question for a job's end; it allows 60.
_WAIT = 30


class JobFuture(Future[Document]):
    """A job of the server. Its result is the JSON document of the counts.

    Until it is done it stays what `Future` calls pending, since a future that is called running
    cannot be cancelled.
    """

    def __init__(
        self, transport: Transport, job_id: str, query: Document, body: Optional[Body]
    ) -> None:
        super().__init__()
        #: The job's id on the server: a UUID.
        self.job_id = job_id
        self._transport = transport
        self._path = f"/v1/jobs/{job_id}"
        self._query = query
        self._body = body
        self._stop = threading.Event()
        self._lock = threading.Lock()
        #: Whether the server may have heard of it.
        self._is_known = body is None
        self._is_settled = False

    def running(self) -> bool:
        """Whether a thread has begun to send the input, or to wait for the job."""
        return self._is_known and not self.done()

    def cancel(self) -> bool:
        """Ends the job and makes the server forget it; false if it has ended before.

        The future is cancelled also if the server cannot be told, which raises MillraceError, or an
        error of httpx.
        """
        if not self._settle():
            return self.cancelled()
        self._stop.set()
        super().cancel()
        self.set_running_or_notify_cancel()  # tells as_completed() and wait()
        if self._is_known:
            self._forget()
        return True

    def progress(self) -> Document:
        """How far the job is: ``state``, and ``bytes``, ``chunks`` and ``tokens`` counted so far."""
        job: Document = {"state": "pending", "progress": {"bytes": 0, "chunks": 0, "tokens": 0}}
        if self._is_known:
            try:
                job = self._transport.send("GET", self._path).json()
            except MillraceError as error:
                if error.code != "unknown-job" or self.done():
                    raise  # else the upload has not reached the server yet
        return {"state": job["state"], **job["progress"]}

    def append(self, input: Input, *, key: Optional[str] = None, **options: Any) -> Document:
        """Waits for the end, counts an input as the job was counted, and appends that to its result.

        What reads rows and tables sees the new result from then on; the future's own stays.

        :param key: The same one with the same input again appends nothing. Default: a random UUID.
        :returns: The job.
        """
        self.result()
        headers = {"idempotency-key": str(uuid.uuid4()) if key is None else key}
        job: Document = self._transport.send(
            "POST", f"{self._path}/parts", options, Body(input), stop=self._stop, headers=headers
        ).json()
        return job

    def rows(self, **options: Any) -> Iterator[Document]:
        """Waits for the end, and gives rows one by one; any number of them takes little memory.

        The options say which: ``top`` (0 for all), ``min``, ``prefix``, ``order`` and ``columns``.
        """
        self.result()
        response = self._read("ndjson", options, stream=True)
        try:
            rest = b""
            for block in response.iter_bytes():
                *lines, rest = (rest + block).split(b"\n")
                yield from map(json.loads, lines)
        finally:
            response.close()

    def to_arrow(self, **options: Any) -> pyarrow.Table:
        """Waits for the end, and gives the rows as a table; options as of :meth:`rows`."""
        from pyarrow import ipc

        return ipc.open_stream(self._read_table(options)).read_all()

    def to_pandas(self, **options: Any) -> pandas.DataFrame:
        """The same as a data frame of pandas, which needs pyarrow for it."""
        return self.to_arrow(**options).to_pandas()

    def to_polars(self, **options: Any) -> polars.DataFrame:
        """The same as a data frame of Polars."""
        import polars

        return polars.read_ipc_stream(self._read_table(options))

    def _read_table(self, options: Document) -> bytes:
        self.result()
        return self._read("arrow", options).content

    def _read(self, form: str, options: Document, stream: bool = False) -> httpx.Response:
        query = {**options, "format": form}
        path = f"{self._path}/result"
        return self._transport.send("GET", path, query, stop=self._stop, stream=stream)

    def _run(self) -> None:
        """What a thread of the pool does."""
        with self._lock:
            if self._is_settled:
                return
            self._is_known = True
        result: Document = {}
        failure: Optional[BaseException] = None
        try:
            result = self._count()
        except BaseException as error:
            failure = error
        if not self._settle():
            return
        self.set_running_or_notify_cancel()
        if failure is None:
            self.set_result(result)
        else:
            self.set_exception(failure)

    def _settle(self) -> bool:
        """Whether the caller is the one who says how this ends."""
        with self._lock:
            is_first, self._is_settled = not self._is_settled, True
            return is_first

    def _count(self) -> Document:
        send = self._transport.send
        if self._body is not None:
            send("PUT", self._path, self._query, self._body, stop=self._stop)
            self._body = None
            if self._stop.is_set():
                self._forget()  # the upload may have ended after the server was told to forget it
        job: Document = {}
        while "finishedAt" not in job:
            job = send("GET", self._path, {"wait": _WAIT}, stop=self._stop, wait=_WAIT).json()
        if "error" in job:
            raise MillraceError(job["error"])
        result: Document = self._read("json", {}).json()
        return result

    def _forget(self) -> None:
        try:
            self._transport.send("DELETE", self._path)
        except MillraceError as error:
            if error.code != "unknown-job":
                raise
