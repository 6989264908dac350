from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Union

from ._errors import MillraceError
from ._transport import Document

#: What lines of JSON are called, as they are sent and as they are answered.
NDJSON = {"content-type": "application/x-ndjson", "accept": "application/x-ndjson"}

#: Characters of a batch, more only where one text is longer. The server holds that much before it
#: answers, for httpx reads no answer before it has sent the body.
_BATCH_CHARS = 128 * 1024


@dataclass
class Batch:
    """Texts as lines of JSON, which are sent by one request."""

    #: How many texts stand before it.
    before: int
    lines: list[str] = field(default_factory=list)


def batch_texts(texts: Iterable[str]) -> Iterator[Batch]:
    """Puts texts together for requests."""
    batch, chars = Batch(0), 0
    for text in texts:
        if not isinstance(text, str):
            raise TypeError("Cannot count each: a text is no string")
        line = json.dumps(text)
        batch.lines.append(line)
        chars += len(line)
        if chars >= _BATCH_CHARS:
            yield batch
            batch, chars = Batch(batch.before + len(batch.lines)), 0
    if batch.lines:
        yield batch


def read_answers(text: str, batch: Batch) -> list[Union[Document, MillraceError]]:
    """The answers to a batch, one for each text."""
    answers = [_read_answer(json.loads(line), batch.before) for line in text.split("\n")[:-1]]
    if len(answers) == len(batch.lines):
        return answers
    if answers and isinstance(answers[-1], MillraceError):
        raise answers[-1]
    raise ValueError(f"Cannot count each: {len(batch.lines)} texts got {len(answers)} answers")


def _read_answer(answer: Document, before: int) -> Union[Document, MillraceError]:
    if "tokens" in answer:
        return answer
    if "line" in answer:
        answer["line"] += before
    return MillraceError(answer)
