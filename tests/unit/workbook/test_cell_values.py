"""What each kind of cell says."""

import pytest

from pipeline.reading.workbook.book import CellFault
from tests.unit.workbook.building import cells, rows, strings, styles


def test_a_text_stands_in_its_place() -> None:
    assert cells('<row r="2"><c r="C2" t="inlineStr"><is><t>a</t></is></c></row>') == [["", "", "a"]]


def test_shared_texts_are_looked_up() -> None:
    shared = {"xl/sharedStrings.xml": strings("<t>zero</t>", '<t xml:space="preserve"> one </t>', "<t/>")}
    body = '<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row>'
    assert cells(body, shared) == [[" one ", "zero"]]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<r><t>Wireless </t></r><r><rPr><b/></rPr><t>mouse</t></r>", "Wireless mouse"),
        ('<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>', "東京"),
        ("<t>a&lt;b &amp; c&#10;d</t>", "a<b & c\nd"),
        ("<t>&amp;lt;</t>", "&lt;"),
        ("<t>a_x000D_b</t>", "a\rb"),
        ("<t>_x005F_x000D_</t>", "_x000D_"),
        ("<t>_x00e4_</t>", "ä"),
        ("<t>_xD83D__xDE00_</t>", "😀"),
        ("<t>_xD83D_</t>", "\ufffd"),
        ("<t>a_x0000_b</t>", "a_x0000_b"),
        ("<t>_x12_</t>", "_x12_"),
        ("<t><![CDATA[<&>]]></t>", "<&>"),
    ],
)
def test_texts_are_decoded_as_spreadsheet_programs_do(item: str, text: str) -> None:
    assert cells('<row><c t="s"><v>0</v></c></row>', {"xl/sharedStrings.xml": strings(item)}) == [[text]]
    assert cells(f'<row><c t="inlineStr"><is>{item}</is></c></row>') == [[text]]


def test_booleans_are_words() -> None:
    assert cells('<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c></row>') == [["TRUE", "FALSE"]]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"])
def test_an_error_value_is_a_fault(error: str) -> None:
    (row,) = rows(f'<row><c t="e"><v>{error}</v></c><c t="e"><f>A1</f><v>{error}</v></c></row>')
    assert row.cells == [error, error]
    assert row.faults == {0: CellFault.ERROR_VALUE, 1: CellFault.ERROR_VALUE}


@pytest.mark.parametrize("cell", ['<c t="e"/>', '<c t="e"></c>', '<c t="e"><v/></c>', '<c t="e"><v></v></c>'])
def test_an_error_without_a_name_is_no_blank(cell: str) -> None:
    (row,) = rows(f"<row>{cell}</row>")
    assert (row.cells, row.faults) == (["#VALUE!"], {0: CellFault.ERROR_VALUE})


def test_a_formula_reads_as_its_stored_result() -> None:
    (row,) = rows(
        '<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A1&amp;"&lt;"</f><v>2&lt;</v></c>'
        '<c><f t="shared" si="0"/><v>3</v></c><c t="b"><f>TRUE()</f><v>1</v></c></row>'
    )
    assert (row.cells, row.numbers, row.faults) == (["2", "2<", "3", "TRUE"], frozenset({0, 2}), {})


@pytest.mark.parametrize("result", ["", "<v/>", "<v></v>"])
def test_a_formula_without_a_result_is_a_fault(result: str) -> None:
    (row,) = rows(f"<row><c><f>SUM(B1:B9)</f>{result}</c></row>")
    assert (row.cells, row.faults) == (["=SUM(B1:B9)"], {0: CellFault.NO_RESULT})


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell() -> None:
    assert cells('<row><c t="str"><f>""</f><v></v></c><c><v>1</v></c></row>') == [["", "1"]]


def test_a_text_formula_without_a_result_is_a_fault() -> None:
    (row,) = rows('<row><c t="str"><f>A1</f></c></row>')
    assert row.faults == {0: CellFault.NO_RESULT}


@pytest.mark.parametrize(
    ("code", "stored", "text"),
    [
        (14, "45000", "2023-03-15"),
        (22, "45000.5", "2023-03-15 12:00:00"),
        (20, "0.75", "18:00:00"),
        (46, "1.5", "36:00:00"),
        (31, "45000", "2023-03-15"),
        (57, "45000", "2023-03-15"),
        ("dd/mm/yyyy", "45000", "2023-03-15"),
        ("[$-407]d. mmmm yyyy;@", "45000", "2023-03-15"),
        ("[h]:mm", "2", "48:00:00"),
        ("mm:ss.0", "0.5", "12:00:00"),
        ("yyyy", "60", "1900-02-29"),
        ("yyyy", "59", "1900-02-28"),
        ("yyyy", "1", "1900-01-01"),
        ("yyyy", "61", "1900-03-01"),
        ("yyyy", "45000.999999", "2023-03-16"),
        ("yyyy", "2958465", "9999-12-31"),
        ("yyyy", "2958466", "2958466"),
        ("yyyy", "-1", "-1"),
    ],
)
def test_a_date_is_a_fault(code: str | int, stored: str, text: str) -> None:
    (row,) = rows(f'<row><c s="1"><v>{stored}</v></c></row>', {"xl/styles.xml": styles(0, code)})
    assert (row.cells, row.faults, row.numbers) == ([text], {0: CellFault.DATE}, frozenset())


@pytest.mark.parametrize(
    "code",
    [0, 1, 2, 4, 9, 10, 11, 12, 37, 44, 48, 49, "General", "0.00", "#,##0.00 [$€-407]", "[Red]0.00", '0 "days"',
     "0\\d", '#,##0_-"h"', "0.00E+00", "[Blue][>100]0", "@", "0.00 USD", "_d0_d"],
)  # fmt: skip
def test_other_formats_are_numbers(code: str | int) -> None:
    (row,) = rows('<row><c s="1"><v>45000</v></c></row>', {"xl/styles.xml": styles(0, code)})
    assert (row.cells, row.faults, row.numbers) == (["45000"], {}, frozenset({0}))


def test_a_cell_of_the_type_date_is_a_fault() -> None:
    (row,) = rows('<row><c t="d"><v>2024-03-05T10:00:00</v></c></row>')
    assert (row.cells, row.faults) == (["2024-03-05T10:00:00"], {0: CellFault.DATE})


@pytest.mark.parametrize(
    ("code", "stored", "text"),
    [
        ("00000", "123", "00123"),
        ("00000", "123456", "123456"),
        ("00000", "-12", "-00012"),
        ("00000", "1.5", "1.5"),
        ("[$-407]000;@", "7", "007"),
        ("000_)", "7", "007"),
        ("0000000000000", "4006381333931", "4006381333931"),
        ("0", "7", "7"),
        ("000-000", "123456", "123456"),
        ("0" * 300, "7", "7".zfill(255)),
    ],
)
def test_formats_of_zeros_pad_numbers(code: str, stored: str, text: str) -> None:
    (row,) = rows(f'<row><c s="1"><v>{stored}</v></c></row>', {"xl/styles.xml": styles(0, code)})
    assert (row.cells, row.numbers) == ([text], frozenset({0}))


def test_a_cell_without_style_has_the_first_one() -> None:
    assert cells("<row><c><v>7</v></c></row>", {"xl/styles.xml": styles("000")}) == [["007"]]


def test_what_is_no_number_is_a_text() -> None:
    (row,) = rows("<row><c><v>12 pcs</v></c><c><v>1e999</v></c><c><v>nan</v></c><c><v>1_0</v></c></row>")
    assert (row.cells, row.numbers) == (["12 pcs", "1e999", "nan", "1_0"], frozenset())
