"""Workbooks that LibreOffice has saved are read as openpyxl reads them."""

import csv
from pathlib import Path

import xlsxwriter

from pipeline.domain.failures import Limits
from pipeline.reading.workbook.book import CellFault, SheetRow, open_workbook
from tests.e2e.spreadsheet import Spreadsheet
from tests.unit.workbook.openpyxl_rows import rows_by_openpyxl

TABLE = [
    ["vendor_product_id", "product_name", "price", "stock_quantity", "note"],
    ["00123", "Mug, 27\" <b> & 'co'", "19.99", "5", "two\nlines"],
    ["P-2", "Größe 日本 😀", "0.1", "1000000", "=1+1"],
    ["P-3", " blanks ", "1234567.5", "-1", "_x000D_"],
    ["", "", "", "", ""],
    ["8901234567890", "TRUE", "1E3", "", "2024-03-05"],
]


def rows_of(file: Path) -> list[SheetRow]:
    with file.open("rb") as content, open_workbook(content, Limits()) as book:
        return list(book.rows(book.sheets[0].name))


def test_a_csv_file_that_was_opened_as_text_and_saved(tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(TABLE)
    office = Spreadsheet(tmp_path)
    saved = office.convert(office.open(file, as_text=True), "xlsx")
    assert [row.cells for row in rows_of(saved)] == [row for row in TABLE if any(row)]
    assert [row.sheet_row for row in rows_of(saved)] == [1, 2, 3, 4, 6]


def test_a_workbook_that_was_opened_and_saved_again(tmp_path: Path) -> None:
    file = tmp_path / "written.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("Products")
        zeros, day = book.add_format({"num_format": "00000"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["text", 12.5, True, 1e15])
        sheet.write_number(1, 0, 123, zeros)
        sheet.write_number(1, 1, 45000, day)
        sheet.write_formula(2, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 1, '="a"&"b"', None, "ab")
        sheet.write_formula(2, 2, "=SUM(B1,1)", None, 13.5)
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.write_row(3, 0, ["hidden", 0.1])
        sheet.merge_range("A6:C7", "merged")
    saved = Spreadsheet(tmp_path).convert(file, "xlsx")
    first, second, third, hidden, merged = rows_of(saved)
    assert (first.cells, first.numbers) == (["text", "12.5", "TRUE", "1000000000000000"], frozenset({1, 3}))
    assert (second.cells, second.faults) == (["00123", "2023-03-15"], {1: CellFault.DATE})
    assert (third.cells, third.faults) == (["#DIV/0!", "ab", "13.5"], {0: CellFault.ERROR_VALUE})
    assert [row.is_hidden for row in (third, hidden)] == [False, True]
    with saved.open("rb") as content, open_workbook(content, Limits()) as book:
        assert [(found.first_row, found.last_row) for found in book.merged_ranges("Products")] == [(6, 7)]
    by_openpyxl = dict(rows_by_openpyxl(saved.read_bytes(), "Products"))
    assert {row.sheet_row: row.cells for row in (first, third, hidden, merged)} == {
        number: cells for number, cells in by_openpyxl.items() if number != 2
    }
