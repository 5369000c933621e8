"""Workbooks as the files of uploads: which sheet is read, what its rows are, and what a vendor is told."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.survey import StagedRecord
from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from pipeline.domain.failures import Limits
from pipeline.domain.file_formats import FileFormat
from pipeline.outcome.sentences import line_note
from tests.unit.files import CATEGORIES, HEADER, failure_of, records_of, refusal_of, surveyed
from tests.workbooks import csv_of, workbook, workbook_of

COLUMNS = HEADER.strip().split(",")
PRODUCT = ["P-1", "Mouse", "Electronics", "SKU-1", "19.99", "5"]
OTHER = ["P-2", "Keyboard", "Electronics", "SKU-2", "29.99", "7"]


def codes(staged: StagedRecord) -> list[tuple[str, str | None]]:
    return [(error.error_type, error.error_field) for error in errors_in_file(staged, CATEGORIES)]


def with_cells(**cells: Any) -> list[Any]:
    return [cells.get(column, value) for column, value in zip(COLUMNS, PRODUCT, strict=True)]


def warnings(content: bytes, decisions: Decisions | None = None) -> dict[str, str]:
    return {each.code: each.message for each in surveyed(content, decisions=decisions or Decisions()).warnings}


def test_a_workbook_is_read_as_the_same_table_sent_as_csv() -> None:
    rows = [COLUMNS, PRODUCT, OTHER]
    result = surveyed(workbook(*rows))
    assert (result.format.file_format, result.format.sheet, result.format.head.sheet_row) == ("xlsx", "Products", 1)
    assert (result.format.encoding_name, result.format.delimiter) == (None, None)
    assert [each.record.values for each in records_of(workbook(*rows))] == [
        each.record.values for each in records_of(csv_of(*rows))
    ]
    assert result.warnings == []


def test_the_visible_sheet_whose_header_finds_most_columns_is_read() -> None:
    content = workbook_of(
        {"Read me": [["How to fill this in"]], "Old": [COLUMNS[:4], PRODUCT[:4]], "New": [COLUMNS, PRODUCT], "None": []}
    )
    assert surveyed(content).format.sheet == "New"
    assert warnings(content)["OTHER_SHEETS"] == (
        'Of this workbook, only the sheet "New" was read. Not read, although there is something in them: "Read me",'
        ' "Old". If your products are there, choose that sheet, or send it in a file of its own.'
    )


def test_of_sheets_with_as_many_columns_the_first_is_read() -> None:
    content = workbook_of({"B": [COLUMNS, PRODUCT], "A": [COLUMNS, OTHER]})
    assert surveyed(content).format.sheet == "B"


def test_another_sheet_is_read_if_it_is_named_whatever_its_capitals() -> None:
    content = workbook_of({"B": [COLUMNS, PRODUCT], "Zweites Blatt": [COLUMNS, OTHER]})
    for name in ("Zweites Blatt", "zweites blatt"):
        result = surveyed(content, decisions=Decisions(sheet=name))
        assert result.format.sheet == "Zweites Blatt"


def test_a_hidden_sheet_is_read_only_by_name() -> None:
    content = workbook_of({"Shown": [["nothing", "here"]], "Hidden": [COLUMNS, PRODUCT]}, hidden=["Hidden"])
    assert failure_of(content).code == "MISSING_COLUMNS"
    assert surveyed(content, decisions=Decisions(sheet="Hidden")).format.sheet == "Hidden"
    shown = workbook_of({"Shown": [COLUMNS, PRODUCT], "Hidden": [COLUMNS, PRODUCT]}, hidden=["Hidden"])
    assert "OTHER_SHEETS" not in warnings(shown)


def test_a_sheet_that_is_not_there_is_refused_with_the_names_of_those_that_are() -> None:
    refused = refusal_of(workbook(COLUMNS, PRODUCT, Notes=[["a"]]), decisions=Decisions(sheet="Prices"))
    assert refused.failure.code == "MISSING_COLUMNS"
    assert 'no sheet "Prices". It has "Products", "Notes"' in refused.failure.message
    assert refused.detected_format.file_format == FileFormat.XLSX


def test_other_sheets_are_told_of_when_the_chosen_one_lacks_columns() -> None:
    content = workbook_of({"Old": [["Note"], ["See the other sheet"]], "New": [COLUMNS[1:], PRODUCT[1:]]})
    refused = refusal_of(content)
    assert refused.failure.code == "MISSING_COLUMNS"
    assert refused.detected_format.sheet == "New"
    assert '"Old"' in next(each.message for each in refused.detected_format.warnings if each.code == "OTHER_SHEETS")


def test_a_sheet_of_a_csv_file_is_ignored() -> None:
    assert surveyed(csv_of(COLUMNS, PRODUCT), decisions=Decisions(sheet="Prices")).total_records == 1


@pytest.mark.parametrize("sheets", [{"A": []}, {"A": [], "B": [["  ", "\u200b"]]}])
def test_a_workbook_without_a_filled_cell_is_empty(sheets: dict[str, list[list[str]]]) -> None:
    assert failure_of(workbook_of(sheets)).code == "EMPTY_FILE"


def test_an_empty_sheet_that_is_named_is_empty() -> None:
    content = workbook(COLUMNS, PRODUCT, Empty=[])
    assert failure_of(content, decisions=Decisions(sheet="Empty")).message.startswith('The sheet "Empty" is empty')


def test_rows_above_the_header_are_told_of_and_rows_have_the_numbers_of_the_sheet() -> None:
    content = workbook(["Price list", None, "2026"], [], [None] * 8, COLUMNS, [], PRODUCT, [None, "  "], OTHER)
    result = surveyed(content)
    rows = [each.record.row for each in records_of(content)]
    assert result.format.head.sheet_row == 4
    assert [(row.row_number, row.line, row.sheet_row) for row in rows] == [(1, 6, 6), (2, 8, 8)]
    assert warnings(content) == {
        "ROWS_ABOVE_HEADER": '1 row above the header, which is in Excel row 4, was not read: "Price list 2026".'
    }


def test_a_row_above_with_as_many_cells_is_the_header_after_all() -> None:
    content = workbook([f"c{at}" for at in range(6)], COLUMNS, PRODUCT)
    assert "Excel row 2 has all of them" in failure_of(content).message


def test_a_first_row_that_is_a_product_lacks_its_header() -> None:
    assert "it looks like a product" in failure_of(workbook(PRODUCT, OTHER)).message


def test_a_csv_file_in_the_first_column_is_told_of() -> None:
    content = workbook([",".join(COLUMNS)], [",".join(PRODUCT)])
    assert "Split the cells into columns at the commas" in failure_of(content).message


def test_filled_cells_beyond_the_header_make_a_row_malformed_and_blank_ones_do_not() -> None:
    content = workbook([*COLUMNS, None, " "], [*PRODUCT, "x"], [*OTHER, " "], PRODUCT[:5])
    long, padded, short = records_of(content)
    assert [codes(each) for each in (long, padded, short)] == [
        [("MALFORMED_ROW", None)],
        [],
        [("MISSING_REQUIRED_FIELDS", "stock_quantity")],
    ]
    assert long.record.row.raw == "P-1,Mouse,Electronics,SKU-1,19.99,5,x"
    assert [len(each.record.row.cells) for each in (padded, short)] == [6, 6]
    assert warnings(content) == {}


def test_a_row_that_is_too_long_is_malformed() -> None:
    content = workbook(COLUMNS, with_cells(product_name="x" * 1000), PRODUCT)
    limits = Limits(row_bytes=500)
    assert [codes(each) for each in records_of(content, limits)] == [[("MALFORMED_ROW", None)], []]


def test_errors_dates_and_formulas_without_a_result_are_the_only_error_of_their_value() -> None:
    book = load_workbook(
        io.BytesIO(
            workbook(
                COLUMNS,
                with_cells(price="#N/A"),
                with_cells(product_name=datetime(2026, 3, 5)),
                with_cells(sku=datetime(2026, 3, 5)),
                with_cells(stock_quantity="=1+1"),
                with_cells(vendor_product_id="=A2"),
            )
        )
    )
    sheet = book["Products"]
    sheet["E2"].data_type = "e"
    sheet["F5"].data_type = sheet["A6"].data_type = "f"
    content = io.BytesIO()
    book.save(content)
    records = records_of(content.getvalue())
    errors = [errors_in_file(each, CATEGORIES) for each in records]
    assert [[(each.error_type, each.error_field) for each in row] for row in errors] == [
        [("INVALID_VALUE", "price")],
        [("INVALID_VALUE", "product_name")],
        [("INVALID_VALUE", "sku")],
        [("INVALID_VALUE", "stock_quantity")],
        [("INVALID_VALUE", "vendor_product_id")],
    ]
    assert [row[0].value for row in errors[:4]] == ["#N/A", "2026-03-05", "2026-03-05", "=1+1"]
    assert "is a date (2026-03-05)" in errors[1][0].message
    assert "a formula without a stored result" in errors[3][0].message
    assert not surveyed(content.getvalue()).earlier.sku.rows


def with_formulas(*rows: Sequence[Any]) -> bytes:
    """A workbook in which texts with `=` are formulas whose results are not stored."""
    book = load_workbook(io.BytesIO(workbook(*rows)))
    for row in book["Products"].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "f"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_row_of_formulas_without_a_result_is_no_blank_row() -> None:
    records = records_of(with_formulas(COLUMNS, PRODUCT, ['=""'] * 6, OTHER))
    assert [len(codes(each)) for each in records] == [0, 6, 0]


def test_a_cell_at_fault_is_named_by_what_it_shows_and_is_not_suspected() -> None:
    content = with_formulas(COLUMNS, with_cells(sku=datetime(2026, 3, 5)), with_cells(product_name='="abc"'))
    assert [each.record.key("sku") for each in records_of(content)] == ["2026-03-05", "SKU-1"]
    assert "SUSPICIOUS_VALUES" not in warnings(content)


def test_a_number_cell_is_not_said_to_have_two_readings() -> None:
    (number, text) = records_of(workbook(COLUMNS, with_cells(price=1.299), with_cells(price="1,299", sku="S2")))
    assert "can be read as" not in errors_in_file(number, CATEGORIES)[0].message
    assert "can be read as 1.299 or as 1299" in errors_in_file(text, CATEGORIES)[0].message


def test_a_date_in_an_optional_column_is_no_value_to_clear_or_to_default() -> None:
    rows: Sequence[Sequence[Any]] = ([*COLUMNS, "weight_kg"], [*PRODUCT, datetime(2026, 3, 5)])
    (record,) = records_of(workbook(*rows), decisions=Decisions(UploadMode.UPSERT, blank_cells=BlankCells.CLEAR))
    assert codes(record) == [("INVALID_VALUE", "weight_kg")]
    assert record.record.cleared == frozenset()


def test_number_cells_have_a_point_whatever_the_texts_of_their_column_are() -> None:
    header = [*COLUMNS, "weight_kg"]
    texts = [[*with_cells(sku=f"S{at}", vendor_product_id=f"Q{at}"), "1,25"] for at in range(3)]
    content = workbook(header, *texts, [*OTHER, 1.299], [*with_cells(sku="S9", vendor_product_id="Q9"), "1.299"])
    assert [each.record["weight_kg"] for each in records_of(content)] == ["1.25"] * 3 + ["1.299", "1299"]
    assert surveyed(content).format.layout.numbers.columns["weight_kg"].number_format == "1.234,56"


def test_number_cells_are_no_evidence_of_how_texts_are_written() -> None:
    header = [*COLUMNS, "weight_kg"]
    content = workbook(header, [*PRODUCT, 12.5], [*OTHER, "1.299"])
    assert surveyed(content).format.layout.numbers.columns["weight_kg"].number_format is None
    assert [each.record["weight_kg"] for each in records_of(content)] == ["12.5", "1.299"]


def test_a_decided_number_format_does_not_change_number_cells() -> None:
    content = workbook([*COLUMNS, "weight_kg"], [*PRODUCT, 1.299])
    decisions = Decisions.of({"number_format": "1.234,56"})
    assert [each.record["weight_kg"] for each in records_of(content, decisions=decisions)] == ["1.299"]


def test_merged_cells_and_hidden_rows_are_told_of() -> None:
    content = workbook_of({"Products": [COLUMNS, PRODUCT, OTHER]}, merged=["C2:C3"])
    assert "merged cells" in warnings(content)["MERGED_CELLS"]
    book = load_workbook(io.BytesIO(content))
    book["Products"].row_dimensions[3].hidden = True
    hidden = io.BytesIO()
    book.save(hidden)
    assert "row" in warnings(hidden.getvalue())["HIDDEN_ROWS"]
    assert surveyed(hidden.getvalue()).total_records == 2


def test_a_title_that_is_merged_above_the_header_is_not_told_of() -> None:
    content = workbook_of({"Products": [["Our products"], COLUMNS, PRODUCT]}, merged=["A1:F1"])
    assert set(warnings(content)) == {"ROWS_ABOVE_HEADER"}


def test_warnings_name_rows_of_the_sheet_and_never_lines() -> None:
    rows = [with_cells(price="19,90"), with_cells(vendor_product_id="P-2", sku="S-2", price="9,90")]
    told = warnings(workbook([*COLUMNS, "Colour", "Weight (g)"], [], *([*row, "red", "250"] for row in rows)))
    assert told["DECIMAL_COMMA"] == "2 rows have a decimal comma, such as 19,90, read as 19.90 (Excel rows 3, 4)."
    assert told["UNKNOWN_COLUMN"] == 'Column "Colour" is not used (Excel row 1).'
    assert told["UNIT_CONVERTED"].endswith('"Weight (g)": 250 was read as 0.25 kg (Excel row 3).')
    assert not any("line" in message for message in told.values())


def test_a_mapped_header_that_is_missing_is_told_of_with_the_row_of_the_header() -> None:
    content = workbook(["Our list"], COLUMNS, PRODUCT)
    message = warnings(content, Decisions.of({"mapping": {"brand": {"header": "Marke"}}}))["UNKNOWN_COLUMN"]
    assert message == 'The mapping names "Marke" for brand, which is no header of this file (Excel row 2).'
    assert line_note(message, 2) == ""
