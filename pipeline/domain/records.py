"""A record: one data row of an upload, as the rules see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

from pipeline.domain.cells import all_clean, as_received
from pipeline.domain.columns import Column, labels
from pipeline.domain.errors import ErrorType, RowError

MAX_ORIGINAL_CELL = 10_000


class Place(NamedTuple):
    """Where a row is: `row_number` counts data rows from 1; `line` is where it starts, as a text editor counts;
    `sheet_row` where a spreadsheet shows it."""

    row_number: int
    line: int
    sheet_row: int


@dataclass(slots=True)
class Row:
    """One row as the reader found it, with its `Place`.

    `malformed` says what is wrong with its quoting or cell count, and `raw` then holds its text (at most 10,000
    characters); `cells` are then as far as they split. `bare_quotes` and `spaced_quotes` say that its cells were read
    as spreadsheets read them, not by RFC 4180.
    """

    row_number: int
    line: int
    sheet_row: int
    cells: list[str]
    malformed: str | None = None
    raw: str | None = None
    bare_quotes: bool = False
    spaced_quotes: bool = False
    count: ClassVar[int] = 1

    @property
    def place(self) -> Place:
        return Place(self.row_number, self.line, self.sheet_row)

    @property
    def is_malformed(self) -> bool:
        return self.malformed is not None

    @property
    def characters(self) -> int:
        """How many its cells have."""
        return sum(map(len, self.cells))


Keys = tuple[Sequence[str], Sequence[str]]
"""The SKUs of rows that follow one another, and their vendor product ids."""


@dataclass(slots=True)
class SoundRows:
    """Rows that follow one another, each a line of its own that satisfies rules 1 to 5. Their cells are never split.

    Number, line and sheet row are the first one's. `keys`, where they are asked for, are cleaned and all there.
    """

    row_number: int
    line: int
    sheet_row: int
    count: int
    keys: Keys | None
    last_cells: Callable[[], list[str]]

    def without_last(self) -> "tuple[list[SoundRows], Row]":
        """The same rows, and by itself the last, against which the one below it may speak."""
        count = self.count - 1
        keys = self.keys and (self.keys[0][:-1], self.keys[1][:-1])
        before = [replace(self, count=count, keys=keys)] if count else []
        last = Place(self.row_number + count, self.line + count, self.sheet_row + count)
        return before, Row(*last, self.last_cells())


@dataclass(slots=True)
class ShortRows:
    """Rows that follow one another, maybe with blank ones between them, all malformed because they have too few cells.

    `row_number` is the first one's, and `lines` are those on which they start.
    """

    row_number: int
    lines: list[int]

    @property
    def count(self) -> int:
        return len(self.lines)


class Trouble(NamedTuple):
    """What is wrong with a malformed row; `cells` are the row's as they were meant, where that is plain."""

    message: str
    cells: list[str] | None = None


class DamagedRow(Row):
    """A malformed row. Its trouble is named and its cells are split on request: the first pass over a file needs
    neither, and some rows have a great many cells."""

    __slots__ = (
        "_name_trouble", "_split", "_trouble", "cells_after_closing", "cells_found", "is_unescaped", "quotes_match",
        "text",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        text: str,
        name_trouble: Callable[[], Trouble],
        *,
        split: Callable[[str], list[str]],
        cells_found: int,
        quotes_match: bool = False,
        cells_after_closing: int | None = None,
    ) -> None:
        """`text` is the row as it was sent, or the beginning of one that is too long. `cells_after_closing` says how
        many cells follow a quote that seems to close a cell of the row above; None if there is no such quote."""
        self.row_number, self.line, self.sheet_row = place
        self.raw, self.text = text[:MAX_ORIGINAL_CELL], text
        self._name_trouble = name_trouble
        self._trouble: Trouble | None = None
        self.bare_quotes = self.spaced_quotes = False
        self._split, self.cells_found, self.is_unescaped = split, cells_found, False
        self.quotes_match, self.cells_after_closing = quotes_match, cells_after_closing

    @property
    def trouble(self) -> Trouble:
        if self._trouble is None:
            self._trouble = self._name_trouble()
        return self._trouble

    @property
    def is_malformed(self) -> bool:
        return True

    @property
    def malformed(self) -> str:
        return self.trouble.message

    @malformed.setter
    def malformed(self, message: str) -> None:
        self._trouble = Trouble(message, self.trouble.cells)

    @property
    def cells(self) -> list[str]:  # type: ignore[override]
        """As far as they split."""
        cells = self.trouble.cells or self._split(self.text)
        return [as_received(cell) for cell in cells] if self.is_unescaped else cells

    @property
    def characters(self) -> int:
        return len(self.text)


@dataclass(slots=True)
class Record:
    """A row under its header: `values` are the cleaned cells of the known columns, "" for a missing one."""

    row: Row
    values: dict[str, str]
    received: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    @property
    def row_number(self) -> int:
        return self.row.row_number

    def error(
        self,
        error_type: ErrorType,
        field: str,
        message: str,
        *,
        suggestion: str | None = None,
        conflict: dict[str, object] | None = None,
    ) -> RowError:
        """An error in `field`, with its cell as received."""
        return RowError(error_type, field, message, self.received[field], suggestion, conflict)


class Layout:
    """Turns rows into records by the file's header."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self._labels = list(labels(columns))
        self._names = [column.column for column in columns if column.column]
        self._places = [i for i, column in enumerate(columns) if column.column]

    def record(self, row: Row) -> Record:
        if row.is_malformed:
            return Record(row, {}, {})
        cells, count = row.cells, len(row.cells)
        known = cells if len(self._places) == len(self.columns) else [cells[i] for i in self._places if i < count]
        received = dict(zip(self._names, known, strict=False))  # a short row has no more
        cleaned = all_clean(known)
        return Record(row, received if cleaned == known else dict(zip(received, cleaned, strict=False)), received)

    def original_data(self, row: Row) -> dict[str, str]:
        """The row as received, under the vendor's own headers; long cells are shortened."""
        if row.is_malformed:
            return {"_raw": (row.raw or "")[:MAX_ORIGINAL_CELL]}
        cells = row.cells + [""] * (len(self._labels) - len(row.cells))
        return {
            label: cell[:MAX_ORIGINAL_CELL] for label, cell in zip(self._labels, cells, strict=False) if label or cell
        }
