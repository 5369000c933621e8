"""Parsing a part that is a long list of like items, such as rows.

Expat calls back for every tag, which is slow. Most items are plain: they look exactly as spreadsheet programs usually
write them, and a pattern reads them many times faster. Expat never sees these, and as each of them is one whole
element, the rest is still the XML that it would be without them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Protocol

from pipeline.reading.workbook.parts import Part
from pipeline.reading.workbook.texts import unescaped
from pipeline.reading.workbook.xml_parts import PIECE, Elements, XmlParser

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n")  # where they are, expat must look
_MAX_STRETCH = 16
_SLICE = 1024  # bytes
_FEW = 4  # items, which are read faster one by one
_WORK_OF_ITEM = 5  # and twice that if its start tag is as short as its end tag
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_ENTITY = re.compile("|".join(_ENTITIES))
Match = tuple[str, ...]


class ItemElements(Elements, Protocol):
    """Takes plain items as a whole, and elements of all others."""

    def is_between_items(self) -> bool: ...

    def take_plain(self, item: str, prefix: str) -> bool:
        """Takes an item that lacks only its end tag, if it is plain. Its tags would begin with the prefix."""

    def pattern(self, prefix: str) -> re.Pattern[str] | None:
        """Matches every item; of those that can be read together, the first of several groups is not empty."""

    def is_full(self) -> bool:
        """Whether what it has should be used before it takes more."""

    def take_alike(self, found: Sequence[Match]) -> None:
        """Takes such items that follow each other, by their groups. Raises NotPlain, and then takes none."""


class NotPlain(Exception):
    """An item needs expat."""


def decode_entities(text: str) -> str:
    decoded, count = _ENTITY.subn(lambda found: _ENTITIES[found[0]], text)
    if count != text.count("&"):
        raise NotPlain
    return decoded


def plain_text(stored: str) -> str:
    """The text of a plain item. Raises NotPlain."""
    return unescaped(decode_entities(stored) if "&" in stored else stored)


def parse_items(part: Part, elements: ItemElements, name: str) -> Iterator[None]:
    """Parses a part whose items have this name, and pauses whenever the elements are full, and after every piece."""
    items, end, count = _Items(elements, name), f"{name}>".encode(), 0
    while piece := part.read(max(PIECE, items.pending())):
        yield from items.feed(piece)
        count += piece.count(end)
        part.check_work(items.work() + _WORK_OF_ITEM * count)
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

    def feed(self, piece: bytes) -> Iterator[None]:
        content = self._rest + piece
        if not self._end_tag and (found := self._find_end_tag.search(content)):
            self._end_tag, self._prefix = found[0], found[1].decode("ascii", "replace")
        *items, self._rest = content.split(self._end_tag) if self._end_tag else [content]
        yield from self._feed_items(items, len(content.translate(None, _CONTROLS)) == len(content))
        if len(self._rest) > PIECE or not self._is_between_items():
            yield from self._feed_rest()

    def work(self) -> int:
        """How many tags expat has taken, more or less."""
        return self._parser.work

    def end(self) -> None:
        self._parser.feed(self._rest, is_last=True)

    def _feed_rest(self) -> Iterator[None]:
        """Slice by slice, as the items in it may be many whose end tags are not known."""
        at = 0
        while at < len(self._rest):
            end = at + max(_SLICE, self._parser.pending())
            self._parser.feed(self._rest[at:end])
            at = end
            if self._elements.is_full():
                yield
        self._rest = b""

    def _feed_items(self, items: list[bytes], may_be_plain: bool) -> Iterator[None]:
        position, is_between = 0, may_be_plain and self._is_between_items()
        alike = self._alike(items) if is_between else None
        while position < len(items):
            if self._elements.is_full():
                yield
            if is_between and (taken := (alike and self._take_alike(alike, position)) or self._take(items[position])):
                position += taken
                continue
            stretch = items[position : position + self._stretch]
            self._parser.feed(self._end_tag.join((*stretch, b"")))
            position += len(stretch)
            self._stretch = min(2 * self._stretch, _MAX_STRETCH)
            is_between = may_be_plain and self._is_between_items()

    def _alike(self, items: Sequence[bytes]) -> "_Alike | None":
        """None if there is nothing yet by which to tell the items that are alike."""
        pattern = self._elements.pattern(self._prefix)
        if pattern is None:
            return None
        try:
            matches = pattern.findall(self._end_tag.join((*items, b"")).decode())
        except UnicodeDecodeError:
            return None
        return _Alike(matches) if len(matches) == len(items) else None

    def _take_alike(self, alike: "_Alike", position: int) -> int:
        """Takes items from a position on, as far as they are alike. Returns how many; none if they are few."""
        end = alike.end_from(position)
        if end - position < _FEW:
            return 0
        try:
            self._elements.take_alike(alike.matches[position:end])
        except NotPlain:
            alike.others = range(len(alike.matches))
            return 0
        self._stretch = 1
        return end - position

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


class _Alike:
    """What a pattern finds in items."""

    def __init__(self, matches: list[Match]) -> None:
        self.matches = matches
        self.others: Sequence[int] = [at for at, match in enumerate(matches) if not match[0]]
        """The positions of those that are not alike."""

    def end_from(self, position: int) -> int:
        """Where the items from a position on cease to be alike."""
        place = bisect_left(self.others, position)
        return self.others[place] if place < len(self.others) else len(self.matches)
