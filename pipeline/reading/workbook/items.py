"""Parsing a part that is a long list of like items, such as rows.

Expat calls back for every tag, which is slow. Most items are plain: they look exactly as spreadsheet programs usually
write them, and a pattern reads them many times faster. Expat never sees these, and as each of them is one whole
element, the rest is still the XML that it would be without them.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from pipeline.reading.workbook.parts import Part
from pipeline.reading.workbook.xml_parts import PIECE, Elements, XmlParser

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n")  # where they are, expat must look
_MAX_STRETCH = 1024
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_ENTITY = re.compile("|".join(_ENTITIES))


class ItemElements(Elements, Protocol):
    """Takes plain items as a whole, and elements of all others."""

    def is_between_items(self) -> bool: ...

    def take_plain(self, item: str, prefix: str) -> bool:
        """Takes an item that lacks only its end tag, if it is plain. Its tags would begin with the prefix."""


class NotPlain(Exception):
    """An item needs expat."""


def decode_entities(text: str) -> str:
    decoded, count = _ENTITY.subn(lambda found: _ENTITIES[found[0]], text)
    if count != text.count("&"):
        raise NotPlain
    return decoded


def parse_items(part: Part, elements: ItemElements, name: str) -> Iterator[None]:
    """Parses a part whose items have this name, and pauses after every piece of it."""
    items = _Items(elements, name)
    while piece := part.read(max(PIECE, items.pending())):
        items.feed(piece)
        yield
    items.end()
    yield


class _Items:
    def __init__(self, elements: ItemElements, name: str) -> None:
        self._elements, self._parser = elements, XmlParser(elements)
        self._find_end_tag = re.compile(rb"</((?:\w{1,20}:)?)%b>" % name.encode())
        self._end_tag, self._prefix = b"", ""
        self._rest = b""
        self._stretch = 1
        """How many items expat gets at once: more and more as long as they are not plain."""

    def pending(self) -> int:
        return max(self._parser.pending(), len(self._rest))

    def feed(self, piece: bytes) -> None:
        content = self._rest + piece
        if not self._end_tag and (found := self._find_end_tag.search(content)):
            self._end_tag, self._prefix = found[0], found[1].decode("ascii", "replace")
        *items, self._rest = content.split(self._end_tag) if self._end_tag else [content]
        self._feed_items(items, len(content.translate(None, _CONTROLS)) == len(content))
        if len(self._rest) > PIECE or not self._is_between_items():
            self._parser.feed(self._rest)
            self._rest = b""

    def end(self) -> None:
        self._parser.feed(self._rest, is_last=True)

    def _feed_items(self, items: list[bytes], may_be_plain: bool) -> None:
        position, is_between = 0, may_be_plain and self._is_between_items()
        while position < len(items):
            if is_between and self._take(items[position]):
                position += 1
                continue
            stretch = items[position : position + self._stretch]
            self._parser.feed(self._end_tag.join((*stretch, b"")))
            position += len(stretch)
            self._stretch = min(2 * self._stretch, _MAX_STRETCH)
            is_between = may_be_plain and self._is_between_items()

    def _take(self, item: bytes) -> bool:
        try:
            is_taken = self._elements.take_plain(item.decode(), self._prefix)
        except (UnicodeDecodeError, NotPlain):
            return False
        if is_taken:
            self._stretch = 1
        return is_taken

    def _is_between_items(self) -> bool:
        """Whether expat has read all that it was given, and the last of it was the end of an item.

        It may be in a comment that has such an end.
        """
        return (
            self._parser.is_utf_8
            and not self._parser.is_skipping()
            and self._parser.last_end + len(self._end_tag) == self._parser.fed
            and self._elements.is_between_items()
        )
