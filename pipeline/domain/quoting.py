"""Quoting as RFC 4180 has it: quotes around a whole cell, and doubled inside it."""

import csv
import re
from collections import deque
from enum import Enum


class Quotes(Enum):
    """What the quotes of a text, taken as a row from its beginning, amount to."""

    SOUND = "every cell is quoted as it should be, or not at all"
    OPEN = "sound as far as it goes, but it ends inside a quoted cell"
    BROKEN = "no row, however it went on, could have these quotes"


class Quoting:
    """Reads texts as rows under one delimiter."""

    def __init__(self, delimiter: str) -> None:
        csv.field_size_limit(2**31 - 1)  # rows are measured by their reader
        self.delimiter = delimiter
        self._between = f'"{delimiter}"'
        mark = re.escape(delimiter)
        inside = r'[^"]*+(?:""[^"]*+)*+'
        plain = rf'[^"{mark}\r\n]*+'
        cell = rf'(?:"{inside}"|{plain})'
        before = rf"((?:{cell}{mark})*+)"
        self._sound = re.compile(rf"{cell}(?:{mark}{cell})*+")
        self._cell = re.compile(cell)
        self._open = re.compile(rf'{before}"{inside}')
        self._closing = re.compile(rf'{inside}"(?={mark}|\Z)')
        self._before = re.compile(before)
        self._texts: deque[str] = deque()
        self._parsed = csv.reader(iter(self._texts.popleft, None), delimiter=delimiter)

    def cells_if_sound(self, text: str) -> list[str] | None:
        """The cells of a text whose quotes are sound; None for any other.

        Nearly all rows with quotes have them around every cell or around one, and those need no pattern.
        """
        if text[:1] == text[-1:] == '"':
            cells = text[1:-1].split(self._between)
            if text.count('"') == 2 * len(cells):
                return cells
        return self._around_one_quoted(text) or (self.split(text) if self._sound.fullmatch(text) else None)

    def cells_of_sound(self, text: str) -> list[str]:
        """The cells of a text that is known to be sound."""
        return self.cells_if_sound(text) or [] if '"' in text else text.split(self.delimiter)

    def _around_one_quoted(self, text: str) -> list[str] | None:
        """The cells of a text whose first quote opens a cell and whose last quote closes that same cell."""
        before, _, rest = text.partition('"')
        inside, closing, after = rest.rpartition('"')
        mark = self.delimiter
        if not closing or (before and before[-1] != mark) or (after and after[0] != mark):
            return None
        if '"' in inside:
            if '"' in inside.replace('""', ""):
                return None
            inside = inside.replace('""', '"')
        cells = before[:-1].split(mark) if before else []
        cells.append(inside)
        if after:
            cells += after[1:].split(mark)
        return cells

    def of(self, text: str) -> Quotes:
        if self._sound.fullmatch(text):
            return Quotes.SOUND
        return Quotes.OPEN if self._open.fullmatch(text) else Quotes.BROKEN

    def split(self, text: str) -> list[str]:
        """The cells of a text whose quotes are sound."""
        self._texts.append(text)
        return next(self._parsed) or [""]

    def sound_cells_before_trouble(self, text: str) -> tuple[list[str], str]:
        """The cells of a text as far as they are sound, and all that follows."""
        before = self._before.match(text)
        end = before.end() if before else 0
        return (self.split(text[: end - 1]) if end else []), text[end:]

    def cells_of_damaged(self, text: str) -> list[str]:
        """The cells of a text as far as they split: sound ones as they are meant, others up to the next delimiter."""
        cells: list[str] = []
        at = 0
        while True:
            before = self._before.match(text, at)
            end = before.end() if before else at
            cells += self.split(text[at : end - 1]) if end > at else []
            if self._cell.fullmatch(text, end):
                return cells + self.split(text[end:])
            at = text.find(self.delimiter, end) + 1
            if not at:
                return [*cells, text[end:]]
            cells.append(text[end : at - 1])

    def closes(self, text: str) -> bool:
        """Whether the first quote of a text would close a cell that was open before it."""
        return self._closing.match(text) is not None

    def cells_after_closing(self, text: str) -> int | None:
        """How many cells a text has behind the end of a cell that was open before it; None if it does not read so."""
        found = self._closing.match(text)
        if not found or found.end() == len(text):
            return 0 if found else None
        cells = self.cells_if_sound(text[found.end() + 1 :])
        return None if cells is None else len(cells)
