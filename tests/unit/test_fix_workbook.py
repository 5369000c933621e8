"""The fix file as a workbook: the cells of the CSV, every one text, and the wrong ones red."""

import io
import time
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.domain.columns import read_header
from pipeline.outcome.fix_workbook import write_fix_workbook

HEADER = ["Vendor Product ID", "Name", "Kategorie", "sku", "price", "Farbe"]
COLUMNS = read_header(["Vendor Product ID", "product_name", "category", "sku", "price", "Farbe"])
MARKS = ["_row", "_errors", "_upload"]
CATEGORIES = ["Electronics", "Home, Garden", *(f"Category {number} with a long name" for number in range(40))]
CELLS = [
    "0001", "'=1+1", " two\nlines ", "2024-03-05", "1,5", "x" * 40_000,
    "7", "Price must be at least 0.01.", "UPLOAD_20261130_101112_abcdefgh",
]  # fmt: skip


def workbook(lines: Sequence[Sequence[str]], errors: Sequence[Sequence[str | None]]) -> Any:
    file = io.BytesIO()
    write_fix_workbook(file, COLUMNS, [[*HEADER, *MARKS], *lines], errors, CATEGORIES)
    return load_workbook(io.BytesIO(file.getvalue()))


def test_every_cell_is_the_text_of_the_csv_file() -> None:
    sheet = workbook([CELLS, ["", *CELLS[1:]]], [["price"], ["price"]]).active
    header, first, second = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert header == [*HEADER, *MARKS]
    assert first == [cell[:32_767] for cell in CELLS]
    assert second[0] is None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {cell.number_format for cell in cells if cell.value is not None} == {"@"}


@pytest.mark.parametrize(
    ("errors", "red"),
    [
        (["price"], [4]),
        (["price", "sku"], [3, 4]),
        (["vendor_product_id,category"], [0, 2]),
        ([None], [6]),
        (["stock_quantity"], [6]),
    ],
)
def test_wrong_cells_are_red_and_what_concerns_no_cell_is_red_at_the_row_number(
    errors: list[str | None], red: list[int]
) -> None:
    sheet = workbook([["", *CELLS[1:]]], [errors]).active
    assert [at for at, cell in enumerate(sheet[2]) if cell.fill.fgColor.rgb == "FFFFC7CE"] == red


def test_the_header_is_frozen_and_filtered() -> None:
    sheet = workbook([CELLS, CELLS], [["price"], ["sku"]]).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:I3")


def test_the_categories_are_offered_from_a_hidden_sheet() -> None:
    book = workbook([CELLS], [["category"]])
    (rule,) = book.active.data_validations.dataValidation
    assert (rule.type, str(rule.sqref)) == ("list", "C2:C100001")
    assert rule.formula1 == f"Categories!$A$1:$A${len(CATEGORIES)}"
    assert book["Categories"].sheet_state == "hidden"
    assert [cell.value for (cell,) in book["Categories"].iter_rows()] == CATEGORIES


def test_a_malformed_row_keeps_its_cells_beyond_the_header() -> None:
    line = [*CELLS[:6], "7?", "m", "u", "extra", "cells"]
    assert [cell.value for cell in workbook([line], [[None]]).active[2]][6:] == line[6:]


def test_the_same_rows_are_the_same_file() -> None:
    def content() -> bytes:
        file = io.BytesIO()
        write_fix_workbook(file, COLUMNS, [[*HEADER, *MARKS], CELLS], [["price"]], CATEGORIES)
        return file.getvalue()

    first = content()
    time.sleep(1.1)
    assert content() == first
