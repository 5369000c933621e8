"""What openpyxl makes of a workbook, in the words of our reader."""

import datetime
import io
from collections.abc import Iterator

import openpyxl

from pipeline.reading.workbook.number_texts import number_text

Row = tuple[int, list[str]]


def rows_by_openpyxl(content: bytes, sheet: str) -> list[Row]:
    """Every row that has a filled cell: its number, and its texts without empty ones at the end."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return list(_rows(book[sheet]))


def sheets_by_openpyxl(content: bytes) -> list[tuple[str, bool]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [(sheet.title, sheet.sheet_state == "visible") for sheet in book.worksheets]


def _rows(sheet: "openpyxl.worksheet.worksheet.Worksheet") -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(min_col=1, values_only=True), start=1):
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(repr(value)) or ""
        case datetime.datetime():
            return value.strftime("%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%d %H:%M:%S")
        case datetime.time() | datetime.date():
            return value.isoformat()
        case str():
            return value
    raise AssertionError(f"openpyxl has read {value!r}")
