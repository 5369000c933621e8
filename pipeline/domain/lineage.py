"""Which rejected row a row of a corrected fix file was: what its columns `_row` and `_errors` tell (contract §4)."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain.cells import clean
from pipeline.domain.columns import ERRORS_MARK, ROW_MARK, Column, is_fix_file
from pipeline.domain.records import Record, Row

SAMPLE_ROWS = 20
"""So many rows of a fix file are enough to find the upload that it came from."""

_ROW_NUMBER = re.compile("[0-9]{1,9}")


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
        text = clean(row.cells[self.row]) if self.row < len(row.cells) and not row.malformed else ""
        return int(text) if _ROW_NUMBER.fullmatch(text) else None

    def resent(self, record: Record) -> ResentRow | None:
        number, cells = self.parent_row(record.row), record.row.cells
        if number is None:
            return None
        messages = clean(cells[self.errors]) if self.errors < len(cells) else ""
        return ResentRow(number, messages, record["sku"], record["vendor_product_id"])


def marks_of(columns: tuple[Column, ...]) -> Marks | None:
    """None for a file that is no fix file of ours."""
    if not is_fix_file(columns):
        return None
    names = [clean(column.header) for column in columns]
    return Marks(names.index(ROW_MARK), names.index(ERRORS_MARK))
