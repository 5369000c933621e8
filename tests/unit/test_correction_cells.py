"""The cells of single rows in the form for corrections: what the form shows, and what it changes."""

from collections.abc import Mapping, Sequence

import pytest

from api.portal.correcting.cells import Written, changed_cells, written_rows
from api.portal.correcting.grid import grid_row
from pipeline.domain.columns import Column, MatchedBy, read_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.errors import ErrorType, RowError
from pipeline.domain.layout import Layout
from pipeline.domain.records import MAX_ORIGINAL_CELL, Place
from pipeline.outcome.corrected_row import ReceivedRow
from pipeline.postgres.queries.rejected_rows import RejectedRow

HEADER = read_header(["vendor_product_id", "Product Name", "category", "sku", "price", "stock_quantity", "notes"])
CELLS = ["P-1", "Lamp", "Electronics", "S-1", "-1", "5", "fragile"]
WRONG_PRICE = RowError(ErrorType.INVALID_PRICE, "price", "Price must be at least 0.01", "-1")
MALFORMED = RowError(ErrorType.MALFORMED_ROW, None, "The row has 9 cells, but the header has 7")
PARENT = Layout(HEADER)


def rejected(
    cells: Sequence[str] = CELLS, *errors: RowError, columns: tuple[Column, ...] = HEADER, raw: str | None = None
) -> RejectedRow:
    original = {column.header: cell for column, cell in zip(columns, cells, strict=True)}
    received = ReceivedRow(Place(3, 4, 4), columns, ",", {"_raw": raw} if raw is not None else original)
    return RejectedRow(3, "UPLOAD_1", "S-1", "P-1", errors or (WRONG_PRICE,), received)


def changed(row: RejectedRow, cells: Mapping[str, str], *, whole: bool = False) -> dict[str, str] | None:
    return changed_cells(PARENT, row, Written(dict(cells), whole))


def test_the_wrong_cell_is_beside_its_message_under_the_headers_own_name() -> None:
    grid = grid_row(PARENT, rejected(), {})
    (cell,) = grid.wrong
    assert (cell.name, cell.header, cell.label, cell.received) == ("cell.3.price", "price", "Price", "-1")
    assert [fault.message for fault in cell.faults] == ["Price must be at least 0.01"]
    assert [each.header for each in grid.others] == [
        "vendor_product_id",
        "Product Name",
        "category",
        "sku",
        "stock_quantity",
    ]
    assert (grid.row_number, grid.sheet_row, grid.key) == (3, 4, "S-1")


def test_several_missing_fields_are_several_cells_also_those_that_the_file_lacks() -> None:
    error = RowError(ErrorType.MISSING_REQUIRED_FIELDS, "sku,brand", "SKU and Brand must not be empty")
    sku, brand = grid_row(PARENT, rejected([*CELLS[:3], "", *CELLS[4:]], error), {}).wrong
    assert [fault.message for fault in (*sku.faults, *brand.faults)] == [
        "SKU must not be empty", "Brand must not be empty",
    ]  # fmt: skip
    assert (sku.header, brand.header) == ("sku", None)


@pytest.mark.parametrize("error_type", [ErrorType.DUPLICATE_SKU, ErrorType.DUPLICATE_VENDOR_PRODUCT_ID])
def test_a_duplicate_leads_to_what_it_conflicts_with(error_type: ErrorType) -> None:
    error = RowError(error_type, "sku", "SKU must be unique", "S-1", None, {"row_number": 2})
    ((fault,),) = (cell.faults for cell in grid_row(PARENT, rejected(CELLS, error), {}).wrong)
    assert fault.conflict == ("Row 2 of this file", "/uploads/UPLOAD_1/rows/2")
    assert fault.is_duplicate


def test_only_what_differs_is_taken() -> None:
    assert changed(rejected(), {"price": "-1", "sku": "S-1"}) is None
    assert changed(rejected(), {"price": "1", "sku": "S-1"}) == {"price": "1"}
    assert changed(rejected(), {"price": "", "stock_quantity": "6"}) == {"price": "", "stock_quantity": "6"}


@pytest.mark.parametrize("received", ["two\nlines", "two\r\nlines", "two\rlines"])
def test_line_breaks_as_browsers_send_them_change_nothing(received: str) -> None:
    row = rejected(["P-1", received, *CELLS[2:]])
    fields = written_rows({"cell.3.product_name": "two\r\nlines"})
    assert changed_cells(PARENT, row, fields[3]) is None
    assert grid_row(PARENT, row, {}).others[1].is_long


def test_a_shortened_cell_is_not_changed_and_says_why() -> None:
    long = "x" * MAX_ORIGINAL_CELL
    error = RowError(ErrorType.FIELD_LENGTH_EXCEEDED, "product_name", "Product name must have at most 200 characters")
    row = rejected(["P-1", long, *CELLS[2:]], error)
    (cell,) = grid_row(PARENT, row, {}).wrong
    assert cell.locked
    assert "correct it in the fix file" in cell.locked
    assert changed(row, {"product_name": "Lamp"}) is None


def test_a_column_whose_name_the_file_has_for_something_else_cannot_be_added() -> None:
    columns = (*HEADER[:-1], Column("brand", None, MatchedBy.MAPPING))
    error = RowError(ErrorType.MISSING_REQUIRED_FIELDS, "brand", "Brand must not be empty")
    row = rejected(CELLS, error, columns=columns)
    assert grid_row(Layout(columns), row, {}).wrong[0].locked
    assert changed_cells(Layout(columns), row, Written({"brand": "Acme"})) is None


def test_a_header_that_serves_two_columns_has_one_cell() -> None:
    columns = (Column("code", "vendor_product_id", also=("sku",)), *read_header(["price"]))
    row = rejected(["A", "-1"], RowError(ErrorType.DUPLICATE_SKU, "sku", "SKU must be unique"), columns=columns)
    (cell,) = grid_row(Layout(columns), row, {}).wrong
    assert cell.name == "cell.3.vendor_product_id"
    assert changed_cells(Layout(columns), row, Written({"vendor_product_id": "B"})) == {
        "vendor_product_id": "B",
        "sku": "B",
    }


def test_a_malformed_row_is_shown_as_received_and_all_its_cells_are_taken() -> None:
    row = rejected(CELLS, MALFORMED, raw="P-1,Lamp, bright,Electronics,S-1,9,5,x,y")
    grid = grid_row(PARENT, row, {})
    assert grid.whole_row == "P-1,Lamp, bright,Electronics,S-1,9,5,x,y"
    split = ("P-1", "Lamp", " bright", "Electronics", "S-1", "9")
    assert tuple(cell.received for cell in grid.wrong) == split
    assert changed(row, {"category": " bright"}) is None
    put_right = {"product_name": "Lamp, bright", "category": "Electronics", "sku": "S-1", "price": "9"}
    expected = {"vendor_product_id": "P-1", **put_right, "stock_quantity": "5"}
    assert changed(row, {**put_right, "stock_quantity": "5"}) == expected
    assert changed(row, {}, whole=True) == {cell.column: cell.received for cell in grid.wrong}


def test_a_malformed_row_that_is_too_long_is_not_changed_here() -> None:
    row = rejected(CELLS, MALFORMED, raw="x," * MAX_ORIGINAL_CELL)
    assert grid_row(PARENT, row, {}).locked
    assert changed(row, {"price": "1"}, whole=True) is None


def test_a_row_that_we_could_not_process_can_be_sent_as_it_is_and_no_other() -> None:
    ours = rejected(CELLS, RowError(ErrorType.PROCESSING_ERROR, None, "The fault is ours"))
    assert changed(ours, {}, whole=True) == {}
    assert changed(ours, {}) is None
    assert changed(rejected(), {}, whole=True) is None


def test_what_was_written_is_shown_when_the_form_comes_again() -> None:
    grid = grid_row(PARENT, rejected(), {"cell.3.price": "abc", "cell.4.price": "x", "whole.3": "true"})
    assert (grid.wrong[0].written, grid.wrong[0].received, grid.is_sent_as_it_is) == ("abc", "-1", True)


def test_rows_of_a_later_version_are_shown_under_the_headers_of_the_upload() -> None:
    later = (*read_header(["price", "sku", "_row", "_errors", "_upload"]),)
    row = rejected(["-2", "S-9", "3", "Price", "UPLOAD_0"], columns=later)
    grid = grid_row(Layout(HEADER, Decisions()), row, {})
    received = {cell.column: cell.received for cell in (*grid.wrong, *grid.others)}
    assert received == {
        "price": "-2", "sku": "S-9", "vendor_product_id": "", "product_name": "", "category": "", "stock_quantity": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["cell.", "cell.3", "cell.0.price", "cell.03.price", "cell.-1.price", "cell.3.no_such", "cell.3.price.x",
     "cell.99999999999.price", "cell.4294967295.price", "whole.0", "whole.x", "Cell.3.price", "cell.３.price"],
)  # fmt: skip
def test_names_that_no_form_of_ours_has_are_ignored(name: str) -> None:
    assert written_rows({name: "1"}) == {}


def test_a_form_says_what_is_written_in_which_row() -> None:
    fields = {"cell.3.price": "1", "cell.3.sku": "a\r\nb", "whole.4": "true", "form_token": "x"}
    assert written_rows(fields) == {3: Written({"price": "1", "sku": "a\nb"}), 4: Written({}, is_whole=True)}
