"""Quoting by RFC 4180 (quotes around a whole cell, doubled inside it), and leniently as spreadsheets read it."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

_MAX_CSV_CELL_LENGTH = 128 * 1024
"""The longest cell that `csv` accepts by default. Raising its limit would affect the whole process, so longer texts are
split without `csv`."""


class Quotes(Enum):
    """The state of the quotes in the text of a row."""

    SOUND = "every cell is quoted correctly, or not at all"
    OPEN = "correct so far, but the text ends inside a quoted cell"
    BROKEN = "incorrect, whatever text follows"


class LenientCells(NamedTuple):
    """The cells of a line that RFC 4180 does not allow, as spreadsheets read it."""

    cells: list[str]
    bare_quotes: bool
    """Whether a cell that does not begin with a quote contains one."""
    spaced_quotes: bool
    """Whether there are blanks between a delimiter and a quote."""


class Quoting:
    """Splits rows into cells at one delimiter."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self._between = f'"{delimiter}"'
        mark = re.escape(delimiter)
        # All repeats are possessive (`*+`): each excludes the character that follows it (a quote, the delimiter, a line
        # break), so backtracking never helps, and would take quadratic time on a damaged row of 256 KiB.
        inside = r'[^"]*+(?:""[^"]*+)*+'
        plain = rf'[^"{mark}\r\n]*+'
        cell = rf'(?:"{inside}"|{plain})'
        before = rf"((?:{cell}{mark})*+)"
        self._sound = re.compile(rf"{cell}(?:{mark}{cell})*+")
        self._cell = re.compile(cell)
        self._last_cell = re.compile(rf'(?:{cell}{mark})*+(?:{cell}()\Z|"{inside}()\Z)')
        self._closing = re.compile(rf'{inside}"(?={mark}|\Z)')
        self._before = re.compile(before)
        blank = "[ \xa0]" if delimiter == "\t" else "[ \t\xa0]"
        spaced = rf'({blank}*+)"({inside})"({blank}*+)(?={mark}|\Z)'
        # A cell that begins with a quote, even after blanks, must end with one.
        self._needs_care = re.compile(rf'(?:\A|{mark}){blank}*+"|[\r\n]')
        self._lenient_cell = re.compile(rf'{spaced}|(?!{blank}*")([^{mark}\r\n]*+)')
        lenient = rf'(?:{blank}*+"{inside}"{blank}*+(?={mark}|\Z)|(?!{blank}*")[^{mark}\r\n]*+)'
        self._lenient = re.compile(rf"{lenient}(?:{mark}{lenient})*+")
        # One reader for all rows, fed through a queue: building a `csv.reader` for each row would take longer.
        self._texts: deque[str] = deque()
        self._parsed = csv.reader(iter(self._texts.popleft, None), delimiter=delimiter)

    def cells_if_sound(self, text: str) -> list[str] | None:
        """The cells of a text if its quotes are sound, else None."""
        # Nearly all rows with quotes have them around every cell or around one, and need no regular expression.
        if text[:1] == text[-1:] == '"':
            cells = text[1:-1].split(self._between)
            if text.count('"') == 2 * len(cells):
                return cells
        return self._cells_around_one_quoted(text) or (self.split(text) if self._sound.fullmatch(text) else None)

    def cells_of_row(self, text: str) -> list[str]:
        """The cells of a line that is known to be a row."""
        if '"' not in text:
            return text.split(self.delimiter)
        if cells := self.cells_if_sound(text):
            return cells
        lenient = self.split_leniently(text)
        return lenient.cells if lenient else [text]

    def _cells_around_one_quoted(self, text: str) -> list[str] | None:
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

    def classify(self, text: str) -> Quotes:
        match = self._last_cell.match(text)
        if match is None:
            return Quotes.BROKEN
        return Quotes.SOUND if match.lastindex == 1 else Quotes.OPEN

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
        """The sound cells at the beginning of a text, and the rest of the text."""
        before = self._before.match(text)
        end = before.end() if before else 0
        if not end:
            return [], text
        sound = text[: end - 1]
        return self.split(sound) if '"' in sound else sound.split(self.delimiter), text[end:]

    def cells_as_csv_reads_them(self, text: str) -> list[str]:
        """The cells of one line, as `csv` splits it even if its quotes are broken."""
        is_short = len(text) <= _MAX_CSV_CELL_LENGTH
        return next(csv.reader([text], delimiter=self.delimiter)) if is_short else self.cells_of_damaged(text)

    def cells_of_damaged(self, text: str) -> list[str]:
        """The cells of a damaged text as far as it can be split: a broken cell ends at the next delimiter."""
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

    def split_leniently(self, text: str) -> LenientCells | None:
        """The cells of one line, allowing quotes inside unquoted cells and blanks around quoted ones. None if a quote
        still does not match."""
        if not self._needs_care.search(text):
            return LenientCells(text.split(self.delimiter), '"' in text, spaced_quotes=False)
        if not self._lenient.fullmatch(text):
            return None
        cells: list[str] = []
        at, has_bare, has_spaced = 0, False, False
        while match := self._lenient_cell.match(text, at):
            before, quoted, after, plain = match.groups()
            if quoted is None:
                has_bare = has_bare or '"' in plain
                cells.append(plain)
            else:
                has_spaced = has_spaced or bool(before or after)
                cells.append(quoted.replace('""', '"'))
            at = match.end() + 1
            if at > len(text):
                break
        return LenientCells(cells, has_bare, has_spaced)

    def closes(self, text: str) -> bool:
        """Whether the first quote of a text would close a cell that an earlier line opened."""
        return self._closing.match(text) is not None

    def cells_after_closing(self, text: str) -> int | None:
        """The number of cells after the end of a cell that an earlier line opened; None if the text has no such end."""
        match = self._closing.match(text)
        if not match or match.end() == len(text):
            return 0 if match else None
        cells = self.cells_if_sound(text[match.end() + 1 :])
        return None if cells is None else len(cells)


def closes_with_inches(text: str) -> bool:
    """Whether the first quote of a text follows a digit: it is an inch mark, and closes no cell."""
    return text[: text.find('"')][-1:].isdigit()
