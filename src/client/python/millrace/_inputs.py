from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from typing import Any, BinaryIO, Optional, Union

from ._lists import Lists

#: What can be counted: a text, bytes, the file at a path, an open binary file, blocks of bytes, words
#: of which each is one token, or ``{"texts": […]}``, each counted as if it stood alone.
Countable = Union[
    str,
    bytes,
    bytearray,
    "os.PathLike[str]",
    BinaryIO,
    Iterable[bytes],
    Sequence[str],
    Mapping[str, Any],
]
#: The same, or a function that gives it anew each time it has to be sent.
Input = Union[Countable, Callable[[], Countable]]

_BLOCK_BYTES = 1 << 18


class Body:
    """An input as it is sent, opened once for each try."""

    def __init__(self, given: Any) -> None:
        """
        :param given: An Input.
        """
        _check_input(given)
        self._given = given
        #: Options that go with it.
        self.lists: Optional[Lists] = None
        self._start: Optional[int] = None
        #: Whether it can be sent a second time.
        self.is_repeatable: bool = not isinstance(given, Iterator)
        if hasattr(given, "read"):
            self.is_repeatable = given.seekable()
            self._start = given.tell() if self.is_repeatable else None

    def open(self, stop: threading.Event) -> tuple[Optional[str], Union[bytes, Iterator[bytes]]]:
        """Its media type, if it has one of its own, and its bytes, which end with an error when
        ``stop`` is set."""
        given = self._given
        if self._start is not None:
            given.seek(self._start)
        elif callable(given) and not hasattr(given, "read"):
            given = given()
            _check_input(given)
        lists = self.lists
        if _is_json(given):
            if lists is not None:
                members = given if isinstance(given, Mapping) else {"words": given}
                given = {**lists.lists, **members}
            return "application/json", json.dumps(given).encode()
        media = None if lists is None else lists.media_type
        if isinstance(given, (str, bytes, bytearray)):
            text = given.encode() if isinstance(given, str) else bytes(given)
            return media, text if lists is None else b"".join(lists.wrap([text]))
        blocks = _read_blocks(given, stop)
        return media, blocks if lists is None else lists.wrap(blocks)


def _check_input(given: Any) -> None:
    """:raises TypeError: If it is nothing that can be counted."""
    kinds = (str, bytes, bytearray, os.PathLike, Iterable)
    if isinstance(given, kinds) or hasattr(given, "read") or callable(given):
        return
    raise TypeError(
        f"Cannot count {type(given).__name__}: give a str, bytes, a path, a file opened with 'rb', "
        "blocks of bytes, a list of words, a dict with texts, or a function that gives one of them"
    )


def _is_json(given: Any) -> bool:
    if isinstance(given, (list, tuple)):
        return all(isinstance(word, str) for word in given)
    return isinstance(given, Mapping)


def _read_blocks(given: Any, stop: threading.Event) -> Iterator[bytes]:
    if isinstance(given, os.PathLike):
        with open(given, "rb") as file:
            yield from _read_blocks(file, stop)
        return
    blocks = given
    if hasattr(given, "read"):
        blocks = iter(lambda: given.read(_BLOCK_BYTES), b"")
    for block in blocks:
        if stop.is_set():
            raise CancelledError()
        if isinstance(block, str):
            raise TypeError("Cannot count blocks of text: open the file with 'rb', or give bytes")
        yield block
