"""Generated workbooks, written by xlsxwriter and openpyxl, read by openpyxl and by our reader."""

import datetime
import io
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workbook.building import workbook
from tests.unit.workbook.openpyxl_rows import rows_by_openpyxl, sheets_by_openpyxl

Value = None | bool | int | float | str | datetime.datetime
Table = list[list[Value]]
Sheets = dict[str, Table]
ERRORS = ("#N/A", "#REF!", "#DIV/0!")

_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
# openpyxl reads `_x000D_` in some places only; what is decoded has tests of its own.
_TEXTS = (
    st.text(_CHARACTERS | st.sampled_from("\n\t &<>'\"é日"), min_size=1, max_size=12)
    | st.sampled_from(["a\nb", " a ", "<&>", "00123", "=", "TRUE", "x" * 1000])
).filter(lambda text: "_x" not in text and not text.startswith("="))
_NUMBERS = (
    st.integers(-(10**15), 10**15)
    | st.floats(-1e15, 1e15, allow_nan=False, allow_subnormal=False)
    | st.decimals(0, 9999, places=2).map(float)
)
_DATES = st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
_VALUES = st.none() | st.booleans() | _NUMBERS | _TEXTS | _DATES | st.sampled_from(ERRORS)
_TABLES = st.lists(st.lists(_VALUES, max_size=6), max_size=8)
_SHEETS = st.dictionaries(st.sampled_from(["Products", "Größen & <mehr>", "A'1"]), _TABLES, min_size=1)


def by_xlsxwriter(sheets: Sheets, *, in_place: bool = False) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "constant_memory": in_place, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(file, options) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(table):
                for column, value in enumerate(values):
                    if isinstance(value, datetime.datetime):
                        sheet.write_datetime(row, column, value, date)
                    elif value in ERRORS:
                        sheet.write_formula(row, column, "=NA()", None, value)
                    elif value is not None:
                        sheet.write(row, column, value)
    return file.getvalue()


def by_xlsxwriter_in_place(sheets: Sheets) -> bytes:
    return by_xlsxwriter(sheets, in_place=True)


def by_openpyxl(sheets: Sheets) -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook(write_only=True)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for values in table:
            sheet.append(values)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("write", [by_xlsxwriter, by_xlsxwriter_in_place, by_openpyxl])
@settings(deadline=None, max_examples=60)
@given(sheets=_SHEETS)
def test_generated_workbooks(write: Callable[[Sheets], bytes], sheets: Sheets) -> None:
    content = write(sheets)
    with workbook(content) as book:
        assert [tuple(info) for info in book.sheets] == sheets_by_openpyxl(content)
        for info in book.sheets:
            found = [(row.sheet_row, row.cells) for row in book.rows(info.name)]
            assert found == rows_by_openpyxl(content, info.name)


@pytest.mark.parametrize("write", [by_xlsxwriter, by_xlsxwriter_in_place, by_openpyxl])
def test_a_long_sheet(write: Callable[[Sheets], bytes]) -> None:
    """Many pieces, in which most rows are plain."""
    table: Table = [
        [
            f"P-{row}",
            f"Mouse {row} & more",
            row,
            row / 100,
            None,
            row % 2 == 0,
            "a<b" if row % 7 else None,
            "é" * (row % 5),
        ]
        for row in range(4000)
    ]
    content = write({"Products": table})
    with workbook(content) as book:
        found = [(row.sheet_row, row.cells) for row in book.rows("Products")]
    assert found == rows_by_openpyxl(content, "Products")
    assert len(found) == len(table)
