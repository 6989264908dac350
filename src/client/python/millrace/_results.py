from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Optional, Union

from ._inputs import Body, Input
from ._job import JobFuture
from ._transport import Document, Transport

#: Media types of lists.
_LISTS = {
    "tsv": "text/tab-separated-values",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
}

#: A job, or the id of one.
Named = Union[str, JobFuture]


class Results:
    """What is made of results of a server, and of lists that the caller has."""

    def __init__(self, transport: Transport, begin: Callable[[JobFuture], JobFuture]) -> None:
        self._transport = transport
        self._begin = begin

    def upload(self, counts: Input, *, form: str = "tsv", **options: Any) -> JobFuture:
        """Hands in a list of keys and counts as a result, and gives the future of its job.

        :param counts: Lines of ``key TAB count``, or what the form says.
        :param form: ``tsv``, ``csv`` or ``ndjson``.
        :param options: What the keys are, and how the result is shown.
        :raises MillraceError: ``invalid-list``, with the line.
        """
        return self._make("/v1/results", options, Body(counts), _LISTS[form])

    def upload_lemmas(self, table: Input) -> JobFuture:
        """Hands in a table of lemmas, and gives the future of its job.

        ``group=f"lemma({future.job_id})"`` names it.

        :param table: Lines of ``form TAB lemma``.
        :raises MillraceError: ``invalid-list``, with the line.
        """
        return self._make("/v1/lemmas", {}, Body(table), _LISTS["tsv"])

    def merge(self, jobs: Iterable[Named], weights: Optional[Sequence[int]] = None) -> JobFuture:
        """Begins to put results together: each key has the sum of its counts times the weights.

        :param jobs: 1 to 256 that are done, or futures, which are waited for.
        :raises MillraceError: ``not-mergeable``, ``unknown-job`` or ``job-not-finished``.
        """
        document: Document = {"jobs": [_id_of(job) for job in jobs]}
        if weights is not None:
            document["weights"] = list(weights)
        return self._make("/v1/results/merge", {}, Body(document), "application/json")

    def compare(self, a: Named, b: Named, **options: Any) -> Document:
        """Sets the counts of two jobs beside each other: the JSON document of the HTTP interface.

        :param options: ``measure``, ``top``, ``prefix``, and ``in_`` for ``in``.
        """
        if "in_" in options:
            options["in"] = options.pop("in_")
        query = {**options, "with": _id_of(b), "format": "json"}
        document: Document = self._transport.send(
            "GET", f"/v1/jobs/{_id_of(a)}/compare", query
        ).json()
        return document

    def collocations(self, job: Named, **options: Any) -> Document:
        """Scores the pairs of words that a job has counted, with ``n=2``.

        :param options: ``score``, ``min``, ``top`` and ``prefix``.
        """
        path = f"/v1/jobs/{_id_of(job)}/collocations"
        document: Document = self._transport.send("GET", path, {**options, "format": "json"}).json()
        return document

    def _make(self, path: str, query: Document, body: Body, media: str) -> JobFuture:
        """Makes a job once, however often the request is sent."""
        headers = {"content-type": media, "idempotency-key": str(uuid.uuid4())}
        job = self._transport.send("POST", path, query, body, headers=headers).json()
        return self._begin(JobFuture(self._transport, job["id"], {}, None))


def _id_of(job: Named) -> str:
    if isinstance(job, JobFuture):
        job.result()
        return job.job_id
    return str(uuid.UUID(job))
