"""A record: one data row of an upload, as the rules see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.domain.cells import all_clean
from pipeline.domain.columns import Column, labels
from pipeline.domain.errors import RowError

MAX_ORIGINAL_CELL = 10_000


@dataclass(slots=True)
class Row:
    """One row as the reader found it.

    `row_number` counts data rows from 1; `line` is where it starts, as a text editor counts; `sheet_row`
    where a spreadsheet shows it. `malformed` says what is wrong with its quoting or cell count, and `raw`
    then holds its text (at most 10,000 characters); `cells` are then as far as they split.
    """

    row_number: int
    line: int
    sheet_row: int
    cells: list[str]
    malformed: str | None = None
    raw: str | None = None
    count: ClassVar[int] = 1


Keys = tuple[Sequence[str], Sequence[str]]
"""The SKUs of rows that follow one another, and their vendor product ids."""


@dataclass(slots=True)
class SoundRows:
    """Rows that follow one another, each a line of its own that satisfies rules 1 to 5. Nobody need see their cells.

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
        return before, Row(0, self.line + count, self.sheet_row + count, self.last_cells())


@dataclass(slots=True)
class DamagedRow(Row):
    """A malformed row: how many cells were found in it, whether its quotes are sound, and how many
    of its cells follow a quote that seems to close a cell of the row above (None if there is no such quote)."""

    cells_found: int = 0
    has_sound_quotes: bool = False
    cells_after_closing: int | None = None

    @classmethod
    def of(
        cls,
        row: Row,
        trouble: str,
        text: str,
        *,
        cells_found: int,
        has_sound_quotes: bool = False,
        cells_after_closing: int | None = None,
    ) -> "DamagedRow":
        """A row with what is wrong with it and its text as it was sent; only the beginning of a long one."""
        place = (0, row.line, row.sheet_row)
        raw = text[:MAX_ORIGINAL_CELL]
        return cls(*place, row.cells, trouble, raw, cells_found, has_sound_quotes, cells_after_closing)


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
        error_type: str,
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
        if row.malformed:
            return Record(row, {}, {})
        cells, count = row.cells, len(row.cells)
        known = cells if len(self._places) == len(self.columns) else [cells[i] for i in self._places if i < count]
        received = dict(zip(self._names, known, strict=False))  # a short row has no more
        cleaned = all_clean(known)
        return Record(row, received if cleaned == known else dict(zip(received, cleaned, strict=False)), received)

    def original_data(self, row: Row) -> dict[str, str]:
        """The row as received, under the vendor's own headers; long cells are shortened."""
        if row.malformed:
            return {"_raw": (row.raw or "")[:MAX_ORIGINAL_CELL]}
        cells = row.cells + [""] * (len(self._labels) - len(row.cells))
        return {
            label: cell[:MAX_ORIGINAL_CELL] for label, cell in zip(self._labels, cells, strict=False) if label or cell
        }
