"""Rows that were read before: damaged rows often have the same text again, and reading one takes many steps."""

from typing import NamedTuple

from pipeline.domain.known_answers import MAX_ANSWERS, Room
from pipeline.domain.records import Row
from pipeline.reading.lines import Block

_MAX_LIKE_BEGINNINGS = 4
_MAX_LINES = 20  # that decide how a row is read


class KnownRow(NamedTuple):
    """A row, the number of its lines, and the lines that decided how it was read: its own, and those that showed where
    it ends."""

    row: Row
    lines: int
    texts: list[str]
    ends: str | list[str]


class KnownRows:
    """Some of the rows of a file that do not follow from their first line alone. Lines that are the same again are read
    as the same row."""

    def __init__(self, max_length: int) -> None:
        self._max_length, self._count = max_length, 0
        self._rows: dict[str, list[KnownRow]] = {}
        self._room = Room()

    def find(self, block: Block, at: int) -> KnownRow | None:
        """The row that begins at a position of a block, if it is known."""
        for known in self._rows.get(block.texts[at], ()):
            stop = at + len(known.texts)
            if block.texts[at:stop] == known.texts and block.ends_of(at, stop) == known.ends:
                return known
        return None

    def keep(self, block: Block, at: int, row: Row, lines: int, *, decided_by: int) -> Row:
        """Keeps the row if few lines of its block, `decided_by`, have decided how it was read, and they are short.
        Returns a row like it."""
        stop = at + decided_by
        if self._count >= MAX_ANSWERS:
            if self._room.is_due():
                self._rows.clear()
                self._count = 0
            return row
        if decided_by > _MAX_LINES or stop > len(block.texts):
            return row
        texts = block.texts[at:stop]
        like = self._rows.setdefault(texts[0], []) if sum(map(len, texts)) <= self._max_length else None
        if like is None or len(like) >= _MAX_LIKE_BEGINNINGS:
            return row
        self._count += 1
        like.append(KnownRow(row, lines, texts, block.ends_of(at, stop)))
        return row.at(row.place)
