"""Writing tables as workbooks (.xlsx), in constant memory."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import BinaryIO, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.domain.reports import MOST_ROWS

_SHEET, _LISTS = "Products", "Categories"
_LONGEST_CELL = 32_767  # of a workbook
_WIDTHS = (10, 40)
_RED, _GREY = "#FFC7CE", "#E7E6E6"
_ALWAYS = datetime(2026, 1, 1)  # a workbook of the same table is the same file


class WorkbookRow(NamedTuple):
    """Cells, and the positions of those that are wrong."""

    cells: Sequence[str]
    wrong: Collection[int] = ()


def write_workbook(
    file: BinaryIO,
    header: Sequence[str],
    rows: Iterable[WorkbookRow],
    *,
    category_at: int | None,
    categories: Sequence[str],
    numbers: Collection[int] = (),
) -> None:
    """Writes a table with a frozen header and filters. Every cell is text, but for those of the columns `numbers`.

    The cells of column `category_at` offer the categories to choose from.
    """
    with xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
        book.set_properties({"created": _ALWAYS})
        sheet = book.add_worksheet(_SHEET)
        table = _Table(book, sheet, header, numbers)
        last = table.write(rows)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, max(len(header) - 1, 0))
        if category_at is not None and categories:
            _offer(book, sheet, category_at, max(last, MOST_ROWS), categories)


class _Table:
    def __init__(
        self, book: xlsxwriter.Workbook, sheet: Worksheet, header: Sequence[str], numbers: Collection[int]
    ) -> None:
        # Text cells keep zeros and dates, also in cells that are filled in later.
        self._text: Format = book.add_format({"num_format": "@"})
        self._wrong: Format = book.add_format({"num_format": "@", "bg_color": _RED})
        self._number: Format = book.add_format()
        self._sheet, self._numbers = sheet, numbers
        for at, name in enumerate(header):
            style = self._number if at in numbers else self._text
            sheet.set_column(at, at, min(max(len(name) + 4, _WIDTHS[0]), _WIDTHS[1]), style)
        bold = book.add_format({"num_format": "@", "bold": True, "bg_color": _GREY})
        for at, name in enumerate(header):
            sheet.write_string(0, at, _fitting(name), bold)

    def write(self, rows: Iterable[WorkbookRow]) -> int:
        """Returns the last row that is used."""
        last = 0
        for last, row in enumerate(rows, start=1):
            for at, cell in enumerate(row.cells):
                self._write(last, at, cell, row)
        return last

    def _write(self, number: int, at: int, cell: str, row: WorkbookRow) -> None:
        style = self._wrong if at in row.wrong else self._text
        if not cell:
            if at in row.wrong:
                self._sheet.write_blank(number, at, None, style)
        elif at in self._numbers:
            self._sheet.write_number(number, at, float(cell), self._number)
        else:
            self._sheet.write_string(number, at, _fitting(cell), style)


def _offer(book: xlsxwriter.Workbook, sheet: Worksheet, column: int, last: int, categories: Sequence[str]) -> None:
    """Lets the cells of a column be chosen from the categories; others may be written, as aliases are."""
    # A list in the rule itself ends after 255 characters, and cannot have a name with a comma.
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    for at, name in enumerate(categories):
        lists.write_string(at, 0, name)
    source = f"={_LISTS}!$A$1:$A${len(categories)}"
    sheet.data_validation(1, column, last, column, {"validate": "list", "source": source, "show_error": False})


def _fitting(text: str) -> str:
    """As much of a text as a cell may have, in the characters that a workbook counts (UTF-16)."""
    if 2 * len(text) <= _LONGEST_CELL:
        return text
    return text.encode("utf-16-le", "replace")[: 2 * _LONGEST_CELL].decode("utf-16-le", "ignore")
