"""Matching a corrected fix file to the upload that it corrects, and its rows to the rejected rows, by its last columns.

The number of a malformed row has a `?` after it: its cells may have been split wrongly, so the row stays malformed
until the vendor has checked them and deleted the mark.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain.cell_kinds import without_fault_mark
from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import ERRORS_MARK, ROW_MARK, UPLOAD_MARK, Column, is_export, is_fix_file
from pipeline.domain.records import MAX_ORIGINAL_CELL, DamagedRow, Record, Row
from pipeline.domain.uploads import is_upload_id

SAMPLE_ROWS = 20
"""The number of rows that suffices to find the upload that a fix file belongs to."""

UNCHECKED = "Check the cells of this row, then delete the ? in _row"
"""The message for a row that was malformed in the parent upload and still has its mark."""

_ROW_NUMBER = re.compile(r"([0-9]{1,9})\s*([?\uff1f]?)")  # some keyboards write the mark full width


class FixFileRow(NamedTuple):
    """A row of a fix file: its number in the parent upload, its errors there, and its current keys."""

    row_number: int
    errors: str
    sku: str
    vendor_product_id: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The positions of the columns `_row`, `_errors` and `_upload`; earlier versions did not write the last one."""

    row: int
    errors: int
    upload: int | None = None

    def parent_row(self, row: Row) -> int | None:
        """The row number in the upload that rejected the row; None for a row that the vendor added."""
        match = self._match_row_number(row)
        return int(match[1]) if match and (match[2] or not row.is_malformed) else None

    def row_of(self, parent_upload_id: str, row: Row) -> int | None:
        """The row number in one upload; None also for a row of another upload's fix file."""
        named = self.upload_id(row)
        return None if is_upload_id(named) and named != parent_upload_id else self.parent_row(row)

    def upload_id(self, row: Row) -> str:
        """What the row says that it corrects; empty if nothing."""
        return _cell(row, self.upload)

    def restore(self, row: Row, delimiter: str) -> None:
        """Undoes what the fix file changed in a row's cells; the row is malformed while it has its `?`."""
        match = self._match_row_number(row)
        if match and match[2]:
            row.malformed, row.raw = UNCHECKED, row.raw or as_csv(row.cells, delimiter)
        _unescape(row)
        if not isinstance(row, DamagedRow):
            _restore_faults(row)

    def _match_row_number(self, row: Row) -> re.Match[str] | None:
        return _ROW_NUMBER.fullmatch(_cell(row, self.row))

    def fix_file_row(self, record: Record) -> FixFileRow | None:
        number = self.parent_row(record.row)
        if number is None:
            return None
        keys = record.key("sku"), record.key("vendor_product_id")
        return FixFileRow(number, _cell(record.row, self.errors), *keys)


Restore = Callable[[Row, str], None]
"""Undoes what the service changed in a row's cells; takes the delimiter, too."""


def restore_of(columns: tuple[Column, ...]) -> Restore | None:
    """None for a file that the service did not write."""
    if marks := marks_of(columns):
        return marks.restore
    return _restore_exported if is_export(columns) else None


def _restore_exported(row: Row, _: str) -> None:
    _unescape(row)


def _unescape(row: Row) -> None:
    if isinstance(row, DamagedRow):
        row.must_unescape = True
    else:
        row.cells = [as_received(cell) for cell in row.cells]


def _restore_faults(row: Row) -> None:
    """A cell that was at fault stays so until the vendor has removed its mark."""
    marked = {at: found for at, cell in enumerate(row.cells) if (found := without_fault_mark(cell))}
    if marked:
        faults = {at: fault for at, (fault, _) in marked.items()}
        row.kinds = row.kinds._replace(faults={**row.kinds.faults, **faults})
        for at, (_, text) in marked.items():
            row.cells[at] = text


def _cell(row: Row, position: int | None) -> str:
    return clean(row.cells[position]) if position is not None and position < len(row.cells) else ""


def as_csv(cells: list[str], delimiter: str) -> str:
    """Cells as a line of text, shortened."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()[:MAX_ORIGINAL_CELL]


def marks_of(columns: tuple[Column, ...]) -> Marks | None:
    """None for a file that is not a fix file."""
    if not is_fix_file(columns):
        return None
    names = [clean(column.header) for column in columns]
    upload = names.index(UPLOAD_MARK) if UPLOAD_MARK in names else None
    return Marks(names.index(ROW_MARK), names.index(ERRORS_MARK), upload)
