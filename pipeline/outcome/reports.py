"""The error report and the fix file, as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

from pipeline.domain.cells import spreadsheet_safe
from pipeline.domain.columns import FIX_FILE_MARKS, Column, is_fix_file_mark
from pipeline.domain.errors import BEFORE_SUGGESTION, MESSAGE_SEPARATOR
from pipeline.domain.records import Row

REPORT_HEADER = (
    "Row",
    "SKU",
    "Error Type",
    "Message",
    "Field",
    "Value",
    "Suggestion",
    "Line",
    "Vendor Product ID",
    "Sheet Row",
)
CHANGES_HEADER = (
    "Row",
    "Outcome",
    "SKU",
    "Vendor Product ID",
    "Field",
    "Before",
    "After",
    "Line",
    "Sheet Row",
    "Superseded By",
)
BOM = "\ufeff"
_BLOCK = 64 * 1024


class ReportLine(NamedTuple):
    """One line of the error report, with the columns of REPORT_HEADER."""

    row_number: int
    sku: str | None
    error_type: str
    message: str
    field: str | None
    value: str | None
    suggestion: str | None
    line: int
    vendor_product_id: str | None
    sheet_row: int


class ChangingRow(Protocol):
    """What the file of changes needs of a row of the ledger."""

    @property
    def row_number(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def vendor_product_id(self) -> str | None: ...
    @property
    def changes(self) -> Mapping[str, Any]: ...
    @property
    def line(self) -> int | None: ...
    @property
    def sheet_row(self) -> int | None: ...
    @property
    def superseded_by(self) -> str | None: ...


class ChangeLine(NamedTuple):
    """One line of the file of changes, with the columns of CHANGES_HEADER."""

    row_number: int
    outcome: str
    sku: str | None
    vendor_product_id: str | None
    field: str | None
    before: str | None
    after: str | None
    line: int | None
    sheet_row: int | None
    superseded_by: str | None

    @classmethod
    def of(cls, row: ChangingRow) -> Iterator[Self]:
        """A line for each field that the row changed; one line for a row that changed none."""
        keys = (row.row_number, row.outcome, row.sku, row.vendor_product_id)
        places = (row.line, row.sheet_row, row.superseded_by)
        for field, change in row.changes.items():
            yield cls(*keys, field, change["before"], change["after"], *places)
        if not row.changes:
            yield cls(*keys, None, None, None, *places)


class RejectedRow(NamedTuple):
    """A row number, and the message and suggestion of each error of the row, in report order."""

    row_number: int
    messages: Sequence[str]
    suggestions: Sequence[str | None]

    @property
    def errors(self) -> str:
        """What the fix file says of the row."""
        pairs = zip(self.messages, self.suggestions, strict=True)
        return MESSAGE_SEPARATOR.join(BEFORE_SUGGESTION.join(filter(None, pair)) for pair in pairs)


def error_report(errors: Iterable[ReportLine], delimiter: str) -> Iterator[bytes]:
    """The error report in blocks of bytes, one line for each error. Memory is bounded for any length."""
    return csv_blocks(REPORT_HEADER, errors, delimiter)


def changes_file(changes: Iterable[ChangeLine], delimiter: str) -> Iterator[bytes]:
    """The file of changes in blocks of bytes, one line for each field. Memory is bounded for any length."""
    return csv_blocks(CHANGES_HEADER, changes, delimiter)


def fix_file(
    upload_id: str, columns: tuple[Column, ...], rows: Iterable[Row], rejected: Iterable[RejectedRow], delimiter: str
) -> Iterator[bytes]:
    """The fix file: the rejected rows with their cells as received, under the vendor's own headers, and their errors.

    The number of a malformed row has a `?` after it, because its cells may be split wrongly and must be checked.
    `rows` are all rows of the file and `rejected` a part of them, both in order of row number.
    """
    vendor_positions = [i for i, column in enumerate(columns) if not is_fix_file_mark(column)]
    header = [*(columns[i].header for i in vendor_positions), *FIX_FILE_MARKS]
    return csv_blocks(header, _fix_lines(upload_id, len(columns), vendor_positions, rows, rejected), delimiter)


def _fix_lines(
    upload_id: str, width: int, vendor_positions: list[int], rows: Iterable[Row], rejected: Iterable[RejectedRow]
) -> Iterator[list[object]]:
    remaining = iter(rows)
    for each in rejected:
        row = next(row for row in remaining if row.row_number == each.row_number)
        cells = row.cells + [""] * (width - len(row.cells))
        number = f"{row.row_number}?" if row.malformed else row.row_number
        yield [*(cells[i] for i in vendor_positions), number, each.errors, upload_id, *cells[width:]]


def csv_blocks(header: Sequence[str], lines: Iterable[Sequence[object]], delimiter: str) -> Iterator[bytes]:
    """A table as CSV, safe in a spreadsheet, in blocks of bytes."""
    # With a BOM, spreadsheets read the file as UTF-8.
    text = io.StringIO(BOM, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([spreadsheet_safe(cell) for cell in header])
    for line in lines:
        writer.writerow(
            ["" if cell is None else spreadsheet_safe(cell) if isinstance(cell, str) else cell for cell in line]
        )
        if text.tell() >= _BLOCK:
            yield text.getvalue().encode("utf-8")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8")
