"""A file is refused because it is looked for in the wrong place: another sheet, or rows too far up."""

import pytest

from pipeline.domain.decisions import Decisions
from tests.unit.files import HEADER, ROW, failure_of, refusal_of, surveyed
from tests.unit.test_workbook_files import COLUMNS, PRODUCT, with_formulas
from tests.workbooks import csv_of, workbook, workbook_of

NOTES = [["Read me", "first"]]
ONLY_NOTES = 'Only the sheet "Notes" was read, and not "Prices", "More".'


def test_a_sheet_without_rows_is_named_and_the_others_too() -> None:
    refused = refusal_of(workbook_of({"Notes": NOTES, "Products": [COLUMNS], "Prices": NOTES}))
    assert (refused.failure.code, refused.detected_format.sheet) == ("NO_DATA_ROWS", "Products")
    assert refused.failure.message == (
        'The sheet "Products" has a header but no rows below it. Add your products and send it again. Only the sheet'
        ' "Products" was read, and not "Notes", "Prices".'
    )


def test_the_only_sheet_is_named_alone() -> None:
    assert failure_of(workbook(COLUMNS)).message == (
        'The sheet "Products" has a header but no rows below it. Add your products and send it again.'
    )
    assert failure_of(HEADER).message.startswith("The file has a header but no rows")


def test_a_sheet_that_lacks_columns_is_named_and_the_others_too() -> None:
    refused = refusal_of(workbook_of({"Notes": NOTES, "Prices": [["x"]], "More": [["y"]], "Empty": []}))
    assert (refused.failure.code, refused.detected_format.sheet) == ("MISSING_COLUMNS", "Notes")
    assert refused.failure.message.endswith(f"and send it again. {ONLY_NOTES}")


def test_the_words_about_other_sheets_stay_when_columns_are_proposed() -> None:
    header = [name.replace("price", "Prise") for name in COLUMNS]
    failure = failure_of(workbook_of({"Products": [header, PRODUCT], "Notes": NOTES}))
    assert failure.proposal
    assert "did you mean" in failure.message
    assert failure.message.endswith('Only the sheet "Products" was read, and not "Notes".')


@pytest.mark.parametrize(
    ("visible", "code"), [(NOTES, "MISSING_COLUMNS"), ([COLUMNS], "NO_DATA_ROWS"), ([], "EMPTY_FILE")]
)
def test_a_hidden_sheet_that_has_the_columns_is_named(visible: list[list[str]], code: str) -> None:
    sheets = {"Shown": visible, "Other": NOTES, "Data": [COLUMNS, PRODUCT]}
    failure = failure_of(workbook_of(sheets if visible else {"Shown": [], "Data": sheets["Data"]}, hidden=["Data"]))
    assert failure.code == code
    assert failure.message.endswith(
        'The hidden sheet "Data" has the columns: unhide it and send the file again, or choose that sheet.'
    )


def test_a_hidden_sheet_without_the_columns_is_not_named() -> None:
    assert "Lists" not in failure_of(workbook_of({"Shown": NOTES, "Lists": [["a"]]}, hidden=["Lists"])).message


def test_an_empty_sheet_that_was_chosen_names_the_others() -> None:
    failure = failure_of(workbook_of({"A": [], "B": NOTES}), decisions=Decisions(sheet="A"))
    assert failure.message.startswith('The sheet "A" is empty')
    assert failure.message.endswith('There is something in "B".')


TITLES = [f"Title {number}" for number in range(25)]
LATE = (
    " 1 was read as the header, and it lacks required columns. {row} 26 has them, but the header is looked for only in"
    " the first 20 rows that are not blank: delete the rows above {line} 26, and send the file again."
)


def test_a_header_too_far_down_is_told_of() -> None:
    in_csv = failure_of("\n".join(TITLES) + "\n" + HEADER + ROW)
    in_workbook = failure_of(workbook(*([title] for title in TITLES), COLUMNS, PRODUCT))
    assert (in_csv.code, in_csv.message) == ("MISSING_COLUMNS", "Line" + LATE.format(row="Line", line="line"))
    assert in_workbook.message == "Excel row" + LATE.format(row="Excel row", line="Excel row")


def test_a_header_too_far_down_is_found_with_any_delimiter() -> None:
    semicolons = (HEADER + ROW).replace(",", ";")
    assert "Line 26 has them" in failure_of("\n".join(TITLES) + "\n" + semicolons).message


@pytest.mark.parametrize("titles", [19, 300])
def test_no_header_is_told_of_that_is_found_or_far_away(titles: int) -> None:
    content = csv_of(*([f"Title {number}"] for number in range(titles)), COLUMNS, PRODUCT)
    if titles < 20:
        assert surveyed(content).total_records == 1
    else:
        assert "has them" not in failure_of(content).message


def test_a_row_of_blank_formulas_above_the_header_is_a_row_above() -> None:
    result = surveyed(with_formulas(['=""'], COLUMNS, PRODUCT))
    assert (result.total_records, [each.code for each in result.warnings]) == (1, ["ROWS_ABOVE_HEADER"])
