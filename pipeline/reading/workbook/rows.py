"""Rows of a sheet, and what each of their cells says."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from pipeline.domain.cell_kinds import CellFault
from pipeline.domain.failures import Limits
from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.number_texts import date_text, number_text, padded
from pipeline.reading.workbook.shared_strings import SharedStrings
from pipeline.reading.workbook.styles import DateKind, Meaning
from pipeline.reading.workbook.texts import unescaped

MAX_COLUMNS = 16_384
_FIRST_ROWS = 50  # among which the header is; it should be told how many columns it has
_SOME_ERROR = "#VALUE!"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class SheetRow(NamedTuple):
    """One row that has at least one filled cell.

    Of a row with more text than `Limits.row_bytes`, cells beyond that limit are left out. All cells beyond
    `Limits.columns` are one, behind the last column: the first filled one of them. The first rows have all their cells.
    """

    sheet_row: int
    """As the spreadsheet shows it: the first is 1."""
    cells: list[str]
    """Texts by position; the last one is not empty."""
    numbers: frozenset[int]
    """Positions of numbers, which always have a point."""
    faults: Mapping[int, CellFault]
    """By position. The cell then has the error value, the formula, or the date (ISO 8601)."""
    is_hidden: bool


NO_FAULTS: Mapping[int, CellFault] = MappingProxyType({})


@lru_cache(maxsize=32_768)
def column_of(letters: str) -> int:
    """The position of a column; -1 if there is no such column."""
    position = 0
    for letter in letters.upper()[:4]:
        position = position * 26 + _LETTERS.find(letter) + 1 if letter in _LETTERS else MAX_COLUMNS + 1
    return position - 1 if position <= MAX_COLUMNS else -1


def boolean_text(value: str) -> str:
    return "TRUE" if value.strip() in ("1", "true") else "FALSE"


class Cell(NamedTuple):
    """A cell as it is stored. What it does not have is None."""

    kind: str
    style: str
    value: str | None
    formula: str | None = None


class CellReader:
    """Collects the cells of a row."""

    def __init__(self, strings: SharedStrings, meanings: Mapping[str, Meaning], limits: Limits, is_1904: bool) -> None:
        self.strings, self.meanings, self._is_1904 = strings, meanings, is_1904
        self.limits, self._most_columns = limits, max(MAX_COLUMNS, limits.columns)
        self._rows = 0
        self.begin()

    def begin(self) -> None:
        """Begins a row, and drops one that has begun."""
        self.texts: list[str] = []
        self.numbers: list[int] = []
        self._faults: dict[int, CellFault] = {}
        self._room = self.limits.row_bytes + 1

    def take_row(self, sheet_row: int, is_hidden: bool) -> SheetRow | None:
        """The row of all cells since the last one, if any is filled."""
        if not self.texts:
            return None
        row = SheetRow(sheet_row, self.texts, frozenset(self.numbers), self._faults or NO_FAULTS, is_hidden)
        self.count(1)
        self.begin()
        return row

    def count(self, rows: int) -> None:
        """Counts rows, of which the first may have more columns than others."""
        self._rows += rows
        if self._rows >= _FIRST_ROWS:
            self._most_columns = self.limits.columns

    def is_within_limits(self) -> bool:
        """Whether cells that were added to `texts` directly need not be cut."""
        return len(self.texts) <= self._most_columns and sum(map(len, self.texts)) <= self.limits.row_bytes

    def add(self, position: int, cell: Cell) -> None:
        value = cell.value
        if not value and cell.formula is not None and not (cell.kind == "str" and value is not None):
            self.put(position, "=" + cell.formula, CellFault.NO_RESULT)
        elif cell.kind == "e":
            self.put(position, value or _SOME_ERROR, CellFault.ERROR_VALUE)
        elif not value:
            return
        elif cell.kind == "s":
            self.put(position, self._shared(value))
        elif cell.kind == "n":
            self._add_number(position, value, cell.style)
        elif cell.kind == "b":
            self.put(position, boolean_text(value))
        elif cell.kind == "d":
            self.put(position, value, CellFault.DATE)
        else:
            self.put(position, unescaped(value))

    def _shared(self, index: str) -> str:
        index = index.strip()
        if not (index.isascii() and index.isdigit() and len(index) < 12):
            raise damaged("a cell has a text that is not there")
        return self.strings[int(index)]

    def _add_number(self, position: int, stored: str, style: str) -> None:
        text = number_text(stored)
        meaning = self.meanings.get(style)
        if text is None:
            self.put(position, stored)
        elif isinstance(meaning, DateKind):
            is_duration = meaning == DateKind.DURATION
            self.put(position, date_text(text, is_1904=self._is_1904, is_duration=is_duration), CellFault.DATE)
        elif self.put(position, padded(text, meaning) if meaning else text):
            self.numbers.append(min(position, self._most_columns))

    def put(self, position: int, text: str, fault: CellFault | None = None) -> bool:
        """Whether the cell was filled now: not without text, and the first of two in one place stays."""
        position = min(position, self._most_columns)
        missing = position - len(self.texts)
        if not text or self._room <= 0 or (missing < 0 and self.texts[position]):
            return False
        self._room -= len(text)
        if missing < 0:
            self.texts[position] = text
        else:
            self.texts += [""] * missing
            self.texts.append(text)
        if fault:
            self._faults[position] = fault
        return True
