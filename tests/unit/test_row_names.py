"""Which row is meant: by its row number, and by the row in which a spreadsheet shows it."""

import pytest

from pipeline.checking.conflicts import errors_in_file
from pipeline.domain.failures import UnacceptableFile
from pipeline.domain.row_names import excel_note, listed_lines, listed_rows
from pipeline.outcome.sentences import line_note
from tests.unit.files import CATEGORIES, HEADER, records_of, surveyed


def test_a_row_is_named_with_its_excel_row_where_that_is_known() -> None:
    assert [excel_note(sheet_row) for sheet_row in (4, 1_205, 0, None)] == [
        " (Excel row 4)",
        " (Excel row 1,205)",
        "",
        "",
    ]


def test_a_list_of_rows_has_their_excel_rows_if_all_are_known() -> None:
    assert listed_rows([(3, 4)]) == "row 3 (Excel row 4)"
    assert listed_rows([(3, 4), (1204, 1205)], has_more=True) == "rows 3, 1,204, … (Excel rows 4, 1,205, …)"
    assert listed_rows([(3, 4), (9, None)]) == "rows 3, 9"


def test_lines_have_excel_rows_only_where_a_spreadsheet_counts_otherwise() -> None:
    assert listed_lines([(4, 4)]) == "line 4"
    assert listed_lines([(4, 4), (9, 8)], has_more=True) == "lines 4, 9, …; Excel rows 4, 8, …"
    assert listed_lines([(4, 4), (9, 0)]) == "lines 4, 9"
    assert listed_lines([(4, 4), (9, 9)], has_more=True, in_workbook=True) == "Excel rows 4, 9, …"


PRODUCT = "{},Mug,Clothing,{},1,1\n"
ABOVE = {"nothing": ("", 2), "a sep= line": ("sep=,\n", 2), "rows above the header": ("Our list\n\n", 4)}


@pytest.mark.parametrize("above", ABOVE)
def test_an_earlier_row_is_where_a_spreadsheet_shows_it(above: str) -> None:
    beginning, sheet_row = ABOVE[above]
    content = beginning + HEADER + PRODUCT.format("P1", "S1") + PRODUCT.format("P2", "S1")
    (_, repeated) = records_of(content)
    (error,) = errors_in_file(repeated, CATEGORIES)
    assert error.message == f"SKU must be unique; row 1 (Excel row {sheet_row}) of this file has the same one"


def test_a_warning_names_lines_and_excel_rows_below_a_sep_line_and_a_row_of_several_lines() -> None:
    rows = 'P1,"two\nlines",Clothing,S1,1,1\n\nP2,Mug,Clothing,S2,"1,50",1\nP3,Mug,Clothing,S3,"2,50",1\n'
    (plain,) = surveyed(HEADER + PRODUCT.format("P1", "S1") + 'P2,Mug,Clothing,S2,"1,50",1\n').warnings
    assert plain.message == "1 row has a decimal comma, such as 1,50, read as 1.50 (line 3)."
    (warning,) = surveyed("sep=,\n" + HEADER + rows).warnings
    assert warning.message == ("2 rows have a decimal comma, such as 1,50, read as 1.50 (lines 6, 7; Excel rows 4, 5).")
    assert warning.line == 6


def test_a_header_is_where_a_text_editor_and_a_spreadsheet_show_it() -> None:
    content = "sep=;\nArtikelnummer;Bezeichnung\nA1;Lampe\n"
    with pytest.raises(UnacceptableFile) as refused:
        surveyed(content)
    assert refused.value.failure.message.startswith("Line 2 (Excel row 1) was read as the header, and required columns")
    with pytest.raises(UnacceptableFile) as refused:
        surveyed(content.removeprefix("sep=;\n"))
    assert refused.value.failure.message.startswith("Line 1 was read as the header, and required columns")


def test_a_warning_about_the_header_says_where_a_spreadsheet_shows_it() -> None:
    header, row = HEADER.strip() + ",Colour\n", PRODUCT.format("P1", "S1").strip() + ",red\n"
    messages = [surveyed(beginning + header + row).warnings[0].message for beginning in ("", "sep=,\n")]
    assert messages == [f'Column "Colour" is not used{note}.' for note in ("", " (line 2; Excel row 1)")]


def test_a_line_is_noted_unless_the_message_names_one() -> None:
    assert line_note('Column "Colour" is not used.', 1_200) == " (line 1,200)"
    assert (line_note("Line 2 was read as the header.", 2), line_note("It is damaged.", None)) == ("", "")
    assert line_note("Excel row 2 was read as the header.", 2) == ""
