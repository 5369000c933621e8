"""The error report and the fix file, row by row as CSV text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.domain.cells import spreadsheet_safe
from pipeline.domain.columns import ERRORS_MARK, ROW_MARK, Column, is_fix_file_mark
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
BOM = "\ufeff"
_BLOCK = 64 * 1024


class ReportLine(NamedTuple):
    """One error as the report prints it; columns as in REPORT_HEADER."""

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


class RejectedRow(NamedTuple):
    """A row number and the messages of all its errors, in report order."""

    row_number: int
    messages: Sequence[str]


def error_report(errors: Iterable[ReportLine], delimiter: str) -> Iterator[bytes]:
    """One line an error, in blocks of bytes: a report of any length needs the same little memory."""
    return _csv_blocks(REPORT_HEADER, errors, delimiter)


def fix_file(
    columns: tuple[Column, ...], rows: Iterable[Row], rejected: Iterable[RejectedRow], delimiter: str
) -> Iterator[bytes]:
    """The rejected rows only, cells as received under the vendor's own headers, then what is wrong with each.

    The number of a malformed row has a `?` behind it: its cells are only as far as they split, and are to be checked.
    `rows` is the whole file and `rejected` a part of it, both in order of row number.
    """
    kept = [i for i, column in enumerate(columns) if not is_fix_file_mark(column)]
    header = [*(columns[i].header for i in kept), ROW_MARK, ERRORS_MARK]
    return _csv_blocks(header, _fix_lines(len(columns), kept, rows, rejected), delimiter)


def _fix_lines(
    width: int, kept: list[int], rows: Iterable[Row], rejected: Iterable[RejectedRow]
) -> Iterator[list[object]]:
    remaining = iter(rows)
    for row_number, messages in rejected:
        row = next(row for row in remaining if row.row_number == row_number)
        cells = row.cells + [""] * (width - len(row.cells))
        number = f"{row_number}?" if row.malformed else row_number
        yield [*(cells[i] for i in kept), number, " | ".join(messages), *cells[width:]]


def _csv_blocks(header: Sequence[str], lines: Iterable[Sequence[object]], delimiter: str) -> Iterator[bytes]:
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
