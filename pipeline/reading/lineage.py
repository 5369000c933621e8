"""Matching the rows of a corrected fix file to the rejected rows, by its columns `_row` and `_errors`.

The number of a malformed row has a `?` after it: its cells may have been split wrongly, so the row stays malformed
until the vendor has checked them and deleted the mark.
"""

import csv
import io
import re
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import ERRORS_MARK, ROW_MARK, Column, is_fix_file
from pipeline.domain.records import MAX_ORIGINAL_CELL, DamagedRow, Record, Row

SAMPLE_ROWS = 20
"""The number of rows that suffices to find the upload that a fix file belongs to."""

UNCHECKED = "Check the cells of this row, then delete the ? in _row"
"""The message for a row that was malformed in the parent upload and still has its mark."""

_ROW_NUMBER = re.compile(r"([0-9]{1,9})\s*([?\uff1f]?)")  # some keyboards write the mark full width


class FixFileRow(NamedTuple):
    """A row of a fix file: its number in the parent upload, its messages there, and its current keys."""

    row_number: int
    messages: str
    sku: str
    vendor_product_id: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The positions of the columns `_row` and `_errors`."""

    row: int
    errors: int

    def parent_row(self, row: Row) -> int | None:
        """The row number in the parent upload; None for a row that the vendor added."""
        match = self._match_row_number(row)
        return int(match[1]) if match and (match[2] or not row.is_malformed) else None

    def restore(self, row: Row, delimiter: str) -> None:
        """Undoes what the fix file changed in a row's cells; the row is malformed while it has its `?`."""
        match = self._match_row_number(row)
        if match and match[2]:
            row.malformed, row.raw = UNCHECKED, row.raw or _as_csv(row.cells, delimiter)
        if isinstance(row, DamagedRow):
            row.must_unescape = True
        else:
            row.cells = [as_received(cell) for cell in row.cells]

    def _match_row_number(self, row: Row) -> re.Match[str] | None:
        return _ROW_NUMBER.fullmatch(clean(row.cells[self.row])) if self.row < len(row.cells) else None

    def fix_file_row(self, record: Record) -> FixFileRow | None:
        number, cells = self.parent_row(record.row), record.row.cells
        if number is None:
            return None
        messages = clean(cells[self.errors]) if self.errors < len(cells) else ""
        return FixFileRow(number, messages, record["sku"], record["vendor_product_id"])


def _as_csv(cells: list[str], delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()[:MAX_ORIGINAL_CELL]


def marks_of(columns: tuple[Column, ...]) -> Marks | None:
    """None for a file that is not a fix file."""
    if not is_fix_file(columns):
        return None
    names = [clean(column.header) for column in columns]
    return Marks(names.index(ROW_MARK), names.index(ERRORS_MARK))
