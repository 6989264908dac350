"""A client of Millrace: exact counts of texts of any size, as futures of the standard library.

    with Millrace("http://localhost:8000") as millrace:
        future = millrace.submit(open("moby.txt", "rb"), top=10)
        print(future.result()["counts"])

The documents that it gives are those of the HTTP interface, and so are the options; their names may
be written in snake case, and a kernel's own are given as a mapping, ``kernel_options``.
"""

from ._client import Millrace
from ._errors import MillraceError
from ._inputs import Input
from ._job import JobFuture
from ._results import Results

__all__ = ["Input", "JobFuture", "Millrace", "MillraceError", "Results"]
