"""Quoting as RFC 4180 has it: quotes around a whole cell, and doubled inside it."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

_MAX_CSV_CELL_LENGTH = 128 * 1024
"""What `csv` takes as one cell. A higher limit would hold for the whole process: longer texts are split without it."""


class Quotes(Enum):
    """What the quotes of a text, taken as a row from its beginning, amount to."""

    SOUND = "every cell is quoted as it should be, or not at all"
    OPEN = "sound as far as it goes, but it ends inside a quoted cell"
    BROKEN = "no row, however it went on, could have these quotes"


class Lenient(NamedTuple):
    """The cells of a line that RFC 4180 does not have, as spreadsheets read it."""

    cells: list[str]
    bare_quotes: bool
    """A cell that does not begin with a quote has one."""
    spaced_quotes: bool
    """Blanks stood between a delimiter and a quote."""


class Quoting:
    """Reads texts as rows under one delimiter."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self._between = f'"{delimiter}"'
        mark = re.escape(delimiter)
        # All repeats are possessive (`*+`): they exclude what follows them (a quote, the delimiter, a line break), so
        # that giving characters back never helps, and on a damaged row of 256 KiB would take quadratic time.
        inside = r'[^"]*+(?:""[^"]*+)*+'
        plain = rf'[^"{mark}\r\n]*+'
        cell = rf'(?:"{inside}"|{plain})'
        before = rf"((?:{cell}{mark})*+)"
        self._sound = re.compile(rf"{cell}(?:{mark}{cell})*+")
        self._cell = re.compile(cell)
        self._open = re.compile(rf'{before}"{inside}')
        self._closing = re.compile(rf'{inside}"(?={mark}|\Z)')
        self._before = re.compile(before)
        blank = "[ \xa0]" if delimiter == "\t" else "[ \t\xa0]"
        spaced = rf'({blank}*+)"({inside})"({blank}*+)(?={mark}|\Z)'
        # A cell that begins with a quote, behind blanks or not, has to end with one.
        self._lenient_cell = re.compile(rf'{spaced}|(?!{blank}*")([^{mark}\r\n]*+)')
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

    def cells_of_row(self, text: str) -> list[str]:
        """The cells of a line that is known to be a row."""
        if '"' not in text:
            return text.split(self.delimiter)
        if cells := self.cells_if_sound(text):
            return cells
        lenient = self.lenient(text)
        return lenient.cells if lenient else [text]

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
        if len(text) > _MAX_CSV_CELL_LENGTH:
            return list(self._split_long(text))
        self._texts.append(text)
        return next(self._parsed) or [""]

    def _split_long(self, text: str) -> Iterator[str]:
        at = 0
        while at <= len(text) and (match := self._cell.match(text, at)):
            cell = match[0]
            yield cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
            at = match.end() + 1

    def sound_cells_before_trouble(self, text: str) -> tuple[list[str], str]:
        """The cells of a text as far as they are sound, and all that follows."""
        before = self._before.match(text)
        end = before.end() if before else 0
        return (self.split(text[: end - 1]) if end else []), text[end:]

    def cells_as_csv_reads_them(self, text: str) -> list[str]:
        """The cells of any one line, as `csv` makes them of quotes that are not sound."""
        is_short = len(text) <= _MAX_CSV_CELL_LENGTH
        return next(csv.reader([text], delimiter=self.delimiter)) if is_short else self.cells_of_damaged(text)

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

    def lenient(self, text: str) -> Lenient | None:
        """The cells of one line, where a quote may stand inside a cell that does not begin with one, and blanks around
        the quotes of a cell. None if even so a quote is left over."""
        cells: list[str] = []
        at, has_bare, has_spaced = 0, False, False
        while match := self._lenient_cell.match(text, at):
            before, quoted, behind, plain = match.groups()
            if quoted is None:
                has_bare = has_bare or '"' in plain
                cells.append(plain)
            else:
                has_spaced = has_spaced or bool(before or behind)
                cells.append(quoted.replace('""', '"'))
            at = match.end() + 1
            if at > len(text):
                return Lenient(cells, has_bare, has_spaced)
            if text[at - 1] != self.delimiter:
                return None
        return None

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


def closes_with_inches(text: str) -> bool:
    """Whether the first quote of a text stands behind a digit, as an inch mark does: it closes no cell then."""
    return text[: text.find('"')][-1:].isdigit()
