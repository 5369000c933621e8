"""Rows as the reader yields them, and records: rows as the rules see them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, NamedTuple

from pipeline.domain.cell_kinds import TEXT_CELLS, CellFault, CellKinds
from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import REQUIRED
from pipeline.domain.errors import ErrorType, RowError
from pipeline.domain.numbers import PLAIN_NUMBERS, NumberReadings
from pipeline.domain.weights import WeightUnit

MAX_ORIGINAL_CELL = 10_000


class Place(NamedTuple):
    """Where a row is: `row_number` counts data rows from 1; `line` is where it starts, as a text editor counts;
    `sheet_row` where a spreadsheet shows it."""

    row_number: int
    line: int
    sheet_row: int


@dataclass(slots=True)
class Row:
    """One data row of a file, with its `Place`.

    For a malformed row, `malformed` says what is wrong with its quotes or number of cells, `raw` is its text (at most
    10,000 characters), and `cells` are its cells as far as they can be split. `bare_quotes` and `spaced_quotes` mark
    rows that were read as spreadsheets do, not by RFC 4180.
    """

    row_number: int
    line: int
    sheet_row: int
    cells: list[str]
    malformed: str | None = None
    raw: str | None = None
    bare_quotes: bool = False
    spaced_quotes: bool = False
    kinds: CellKinds = TEXT_CELLS
    count: ClassVar[int] = 1

    @property
    def place(self) -> Place:
        return Place(self.row_number, self.line, self.sheet_row)

    @property
    def is_malformed(self) -> bool:
        return self.malformed is not None

    @property
    def characters(self) -> int:
        """The number of characters in all cells."""
        return sum(map(len, self.cells))

    def at(self, place: Place) -> "Row":
        """A row like this one at another place."""
        return Row(*place, [*self.cells], bare_quotes=self.bare_quotes, spaced_quotes=self.spaced_quotes)


class Keys(NamedTuple):
    """The SKUs of consecutive rows, their vendor product ids, the numbers of each column that has any, and what the
    guards compare besides: stock and listing status, unless the file only creates.

    Cells other than keys may be in quotes, and are empty if they are blank.
    """

    skus: Sequence[str]
    vendor_product_ids: Sequence[str]
    numbers: Mapping[str, Sequence[str]]
    guarded: Mapping[str, Sequence[str]]

    def section(self, part: slice) -> "Keys":
        numbers = {column: texts[part] for column, texts in self.numbers.items()}
        guarded = {column: texts[part] for column, texts in self.guarded.items()}
        return Keys(self.skus[part], self.vendor_product_ids[part], numbers, guarded)


@dataclass(slots=True)
class SoundRows:
    """Consecutive rows of one line each that satisfy rules 1 to 5. Their cells are never split.

    `row_number`, `line` and `sheet_row` are those of the first row. `keys`, if present, are cleaned and complete.
    `number_cells` are the columns whose cells are numbers of a workbook, or blank.
    """

    row_number: int
    line: int
    sheet_row: int
    count: int
    keys: Keys | None
    cells_of_last: Callable[[], list[str]]
    number_cells: Collection[str] = ()

    def last_row(self) -> Row:
        """The last row by itself: a damaged row below may prove it malformed."""
        above = self.count - 1
        return Row(self.row_number + above, self.line + above, self.sheet_row + above, self.cells_of_last())

    def without_last(self) -> "Iterator[SoundRows]":
        """All rows but the last, if there are any."""
        if self.count > 1:
            yield replace(self, count=self.count - 1, keys=self.keys and self.keys.section(slice(-1)))


@dataclass(slots=True)
class ShortRows:
    """Rows that are malformed because they have too few cells; nothing but blank rows lies between them.

    `row_number` is that of the first row; `lines` are the lines on which the rows start, and `sheet_rows` where a
    spreadsheet shows them.
    """

    row_number: int
    lines: list[int]
    sheet_rows: list[int]

    @property
    def count(self) -> int:
        return len(self.lines)


class Trouble(NamedTuple):
    """What is wrong with a malformed row; `cells` are the intended cells if they are clear."""

    message: str
    cells: list[str] | None = None


class DamagedRow(Row):
    """A malformed row. Its message and cells are worked out on first use: the survey needs neither, and a row may have
    a great many cells."""

    __slots__ = (
        "_name_trouble",
        "_split",
        "_trouble",
        "cell_count",
        "cells_after_closing",
        "must_unescape",
        "quotes_match",
        "text",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        text: str,
        name_trouble: Callable[[], Trouble],
        *,
        split: Callable[[str], list[str]],
        cell_count: int,
        quotes_match: bool = False,
        cells_after_closing: int | None = None,
    ) -> None:
        """`text` is the row as received, or the beginning of one that is too long. `cells_after_closing` is the number
        of cells after a quote that seems to close a cell of the row above; None if there is no such quote."""
        self.row_number, self.line, self.sheet_row = place
        self.raw, self.text = text[:MAX_ORIGINAL_CELL], text
        self._name_trouble = name_trouble
        self._trouble: Trouble | None = None
        self.bare_quotes = self.spaced_quotes = False
        self.kinds = TEXT_CELLS
        self._split, self.cell_count, self.must_unescape = split, cell_count, False
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
        """The cells as far as they can be split."""
        cells = self.trouble.cells or self._split(self.text)
        return [as_received(cell) for cell in cells] if self.must_unescape else cells

    @property
    def characters(self) -> int:
        return len(self.text)

    def at(self, place: Place) -> "DamagedRow":
        """A row like this one at another place. What is wrong with it is worked out once for both."""
        return DamagedRow(
            place,
            self.text,
            lambda: self.trouble,
            split=self._split,
            cell_count=self.cell_count,
            quotes_match=self.quotes_match,
            cells_after_closing=self.cells_after_closing,
        )


@dataclass(slots=True)
class Record:
    """A row under its header.

    `values` are the cleaned cells of the used columns, with numbers as `numbers` reads them; `received` are the same
    cells as they were received. `needed` are the columns that need a value, and `cleared` those that are to be emptied
    in the catalogue. `weight_unit` is that of the file; a weight in `values` that can be read is in kilograms. With
    `leaves_out`, errors in optional columns do not reject it. `number_cells` are the columns whose cells are numbers of
    a workbook, and `faults` those whose cells have no value: in `values`, an error value stands for it.
    """

    row: Row
    values: dict[str, str]
    received: dict[str, str]
    needed: tuple[str, ...] = REQUIRED
    cleared: frozenset[str] = frozenset()
    numbers: NumberReadings = PLAIN_NUMBERS
    weight_unit: WeightUnit = WeightUnit.KILOGRAM
    leaves_out: bool = False
    number_cells: Collection[str] = ()
    faults: Mapping[str, CellFault] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def written(self, column: str) -> str:
        """The value as the file has it: a weight in the file's unit."""
        is_converted = column == "weight_kg" and self.weight_unit != WeightUnit.KILOGRAM
        return clean(self.received.get(column, "")) if is_converted else self[column]

    def key(self, column: str) -> str:
        """The SKU or vendor product id by which people find the record: of a cell at fault, what it shows."""
        return clean(self.received.get(column, "")) if column in self.faults else self[column]

    @property
    def row_number(self) -> int:
        return self.row.row_number

    def without(self, columns: Collection[str]) -> "Record":
        """The record without the values of these columns. They are not cleared."""
        return replace(self, values=self.values | dict.fromkeys(columns, "")) if columns else self

    def error(
        self,
        error_type: ErrorType,
        column: str,
        message: str,
        *,
        suggestion: str | None = None,
        conflict: dict[str, object] | None = None,
    ) -> RowError:
        """An error in `column`, with the received cell as its value."""
        value = self.received.get(column) or (None if column in self.faults else self.values.get(column))
        return RowError(error_type, column, message, value, suggestion, conflict)
