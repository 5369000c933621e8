"""Which rejected row a row of a corrected fix file was: what its columns `_row` and `_errors` tell.

A row that was malformed has a `?` behind its number: its cells are only as far as they split, so it is malformed until
somebody has looked at them and deleted the mark.
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
"""So many rows of a fix file are enough to find the upload that it came from."""

UNCHECKED = "Check the cells of this row, then delete the ? in _row"
"""What is wrong with a row that was malformed in the parent, and that nobody has looked at since."""

_ROW_NUMBER = re.compile(r"([0-9]{1,9})\s*([?\uff1f]?)")  # some keyboards write the mark full width


class ResentRow(NamedTuple):
    """A row of a fix file by what it was rejected as: its number in the parent, the messages, and its keys now."""

    row_number: int
    messages: str
    sku: str
    vendor_product_id: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Where a fix file has its two marks."""

    row: int
    errors: int

    def parent_row(self, row: Row) -> int | None:
        """The row number in the parent upload; None for a row that the vendor has added."""
        found = self._found(row)
        return int(found[1]) if found and (found[2] or not row.is_malformed) else None

    def take_back(self, row: Row, delimiter: str) -> None:
        """Makes a row of a fix file what it was: cells as received, and malformed as long as it has its `?`."""
        found = self._found(row)
        if found and found[2]:
            row.malformed, row.raw = UNCHECKED, row.raw or _written(row.cells, delimiter)
        if isinstance(row, DamagedRow):
            row.must_unescape = True
        else:
            row.cells = [as_received(cell) for cell in row.cells]

    def _found(self, row: Row) -> re.Match[str] | None:
        return _ROW_NUMBER.fullmatch(clean(row.cells[self.row])) if self.row < len(row.cells) else None

    def resent(self, record: Record) -> ResentRow | None:
        number, cells = self.parent_row(record.row), record.row.cells
        if number is None:
            return None
        messages = clean(cells[self.errors]) if self.errors < len(cells) else ""
        return ResentRow(number, messages, record["sku"], record["vendor_product_id"])


def _written(cells: list[str], delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()[:MAX_ORIGINAL_CELL]


def marks_of(columns: tuple[Column, ...]) -> Marks | None:
    """None for a file that is no fix file of ours."""
    if not is_fix_file(columns):
        return None
    names = [clean(column.header) for column in columns]
    return Marks(names.index(ROW_MARK), names.index(ERRORS_MARK))
