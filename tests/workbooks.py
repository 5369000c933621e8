"""Workbooks for tests."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

Rows = Iterable[Sequence[Any]]


def workbook(*rows: Sequence[Any], **more: Rows) -> bytes:
    """A workbook with these rows in the sheet `Products`, and further sheets by name."""
    return workbook_of({"Products": rows, **more})


def workbook_of(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = (), merged: Sequence[str] = ()) -> bytes:
    """Texts that look like formulas are texts; `merged` are ranges of the first sheet."""
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(at, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
        if name in hidden:
            sheet.sheet_state = "hidden"
    for each in merged:
        book.worksheets[0].merge_cells(each)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_of(*rows: Sequence[str]) -> bytes:
    """The same rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
