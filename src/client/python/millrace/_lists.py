from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Optional

#: Options that may go with the body.
_MOVABLE = ("patterns", "stopWords", "keep", "borders")


class Lists:
    """Lists of options that are sent with an input, as the first files of a form."""

    def __init__(self, lists: Mapping[str, Sequence[str]], id: str) -> None:
        """
        :param id: The same for each try: so it is the same request.
        """
        self.lists = lists
        self._boundary = f"millrace-{id}"
        self.media_type = f"multipart/form-data; boundary={self._boundary}"

    def wrap(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """A text behind the lists."""
        head = ""
        for name, items in self.lists.items():
            head += self._begin(f'"{name}"; filename="{name}"') + "\n".join(items) + "\r\n"
        # Called as the only text of a body is: of what it is called there may be keys (by=part).
        yield (head + self._begin('"text"; filename="0"')).encode()
        yield from blocks
        yield f"\r\n--{self._boundary}--\r\n".encode()

    def _begin(self, name: str) -> str:
        return f"--{self._boundary}\r\ncontent-disposition: form-data; name={name}\r\n\r\n"


def take_lists(options: dict[str, Any], id: str) -> Optional[Lists]:
    """Takes the lists out of options, which an address has no room for; named as in HTTP.

    An item with a line feed stays: it would be two of a form, which has a line for each.
    """
    names = [name for name in _MOVABLE if _is_movable(options.get(name))]
    lists = {name: list(options.pop(name)) for name in names}
    return Lists(lists, id) if lists else None


def _is_movable(items: Any) -> bool:
    if not isinstance(items, (list, tuple)) or len(items) == 0:
        return False
    return all(isinstance(item, str) and "\n" not in item for item in items)
