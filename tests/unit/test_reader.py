"""The reader: rows, lines and sheet rows; what it tolerates, and what it refuses by name."""

import codecs

import pytest

from pipeline.domain.columns import REQUIRED, read_header
from pipeline.domain.failures import Limits
from pipeline.domain.layout import Layout
from pipeline.domain.records import Row
from tests.unit.files import HEADER, ROW, failure_of, records_of, refusal_of, rows_of, surveyed


def places(content: str) -> list[tuple[int, int, int]]:
    return [(row.row_number, row.line, row.sheet_row) for row in rows_of(content)]


def test_rows_lines_and_sheet_rows_are_counted_each_in_its_own_way() -> None:
    content = "sep=,\r\n\r\n" + HEADER + ROW + "\n,,,,,\n" + 'P-2,"two\r\nlines",Electronics,S2,1,1\rP-3,a,b,c,1,1'
    assert places(content) == [(1, 4, 3), (2, 7, 6), (3, 9, 7)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_finds_most_columns(delimiter: str) -> None:
    (row,) = rows_of((HEADER + ROW).replace(",", delimiter))
    assert row.cells == ["P-1", "Mouse", "Electronics", "SKU-1", "19.99", "5"]


def test_a_sep_line_names_the_delimiter() -> None:
    (row,) = rows_of("sep=;\n" + (HEADER + ROW).replace(",", ";"))
    assert (row.cells[0], row.line, row.sheet_row) == ("P-1", 3, 2)


def test_headers_are_matched_after_cleaning_and_folding() -> None:
    content = "\ufeff Vendor Product-ID ,PRODUCT NAME,Category,S K U,price,Stock-Quantity\n" + ROW
    (staged,) = records_of(content)
    assert staged.record["vendor_product_id"] == "P-1"
    assert staged.record["stock_quantity"] == "5"


def test_unused_and_empty_headers_are_named_and_may_repeat() -> None:
    content = HEADER.replace("\n", ",Colour,Colour,\n") + ROW.replace("\n", ",red,blue,\n")
    assert [warning.message for warning in surveyed(content).warnings] == [
        'Column "Colour" is not used.',
        'Column "Colour" is not used.',
        "A column without a header is not used.",
    ]


@pytest.mark.parametrize("header", ["_row", "_errors"])
def test_half_of_what_marks_a_fix_file_is_an_unused_column(header: str) -> None:
    content = HEADER.replace("\n", f",{header}\n") + ROW.replace("\n", ",1\n")
    assert [warning.message for warning in surveyed(content).warnings] == [f'Column "{header}" is not used.']


@pytest.mark.parametrize(
    "row",
    [
        'P-2,"bad"quote,Electronics,S2,1,1\n',
        "P-2,too,Electronics,S2,1,1,many\n",
        "P-2,few,Electronics\n",
    ],
)
def test_damage_stays_in_its_row(row: str) -> None:
    first, damaged, last = rows_of(HEADER + ROW + row + ROW)
    assert (first.malformed, last.malformed) == (None, None)
    assert damaged.malformed
    assert damaged.raw == row.rstrip("\n")
    assert (last.row_number, last.line) == (3, 4)


def test_extra_empty_cells_are_ignored_with_a_warning() -> None:
    content = HEADER + ROW.replace("\n", ",,\n") * 7
    (warning,) = surveyed(content).warnings
    assert (warning.code, warning.message.count(",")) == ("LONG_ROWS", 5)
    assert rows_of(content)[0].malformed is None


def test_missing_optional_cells_at_the_end_are_missing_values_with_a_warning() -> None:
    content = HEADER.replace("\n", ",brand,unit\n") + ROW + ROW.replace("\n", ",Acme\n")
    assert [warning.code for warning in surveyed(content).warnings] == ["SHORT_ROWS"]
    assert [staged.record["brand"] for staged in records_of(content)] == ["", "Acme"]


def test_a_fix_file_loses_one_quote_a_cell() -> None:
    content = HEADER.replace("\n", ",_row,_errors\n") + ROW.replace("Mouse", "'=1+1").replace("\n", ",7,bad\n")
    (staged,) = records_of(content)
    assert staged.record["product_name"] == "=1+1"
    assert surveyed(content).warnings == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"\n \n\xc2\xa0\n", "EMPTY_FILE"),
        (codecs.BOM_UTF8, "EMPTY_FILE"),
        (b"PK\x03\x04rest", "NOT_A_CSV"),
        (b"\x89PNG\r\n\x1a\nrest", "NOT_A_CSV"),
        (b"<!DOCTYPE html><title>Sign in</title>", "NOT_A_CSV"),
        (b'{"products": []}', "NOT_A_CSV"),
        ((HEADER + "P\0,a,b,c,1,1\n").encode(), "NOT_A_CSV"),
        (b"a,b\nx\0,1\n", "NOT_A_CSV"),  # comes before the missing columns in the order of checking
        (codecs.BOM_UTF8 + HEADER.encode() + b"\xff\xfe,a\n", "UNSUPPORTED_ENCODING"),
        (HEADER.encode() + b"P,\x81\x8d,c,d,1,1\n", "UNSUPPORTED_ENCODING"),
        (HEADER.replace("\n", ",x" * 495 + "\n") + ROW, "TOO_MANY_COLUMNS"),
        (HEADER.replace("\n", ",S K U\n") + ROW, "DUPLICATE_COLUMNS"),
        ("a,b\n1,2\n", "MISSING_COLUMNS"),
        (HEADER + ROW + 'P-1,"never closed\n' + ROW, "UNCLOSED_QUOTE"),
        (HEADER, "NO_DATA_ROWS"),
        (HEADER + "\n,,,,,\n", "NO_DATA_ROWS"),
    ],
)
def test_a_file_that_cannot_be_accepted_fails_with_its_code(content: bytes | str, code: str) -> None:
    assert failure_of(content).code == code


def test_missing_columns_are_named_with_the_closest_header() -> None:
    failure = failure_of(HEADER.replace("stock_quantity", "stock_quantitty") + ROW)
    assert 'stock_quantity (did you mean "stock_quantitty"?)' in failure.message


def test_a_file_with_too_many_rows_says_how_many() -> None:
    failure = failure_of(HEADER + ROW * 3, Limits(rows=2))
    assert (failure.code, "3 rows" in failure.message) == ("TOO_MANY_ROWS", True)


@pytest.mark.parametrize(
    "cell",
    [
        "M" * 4000,
        '"' + "M" * 4000 + '"',
        '"' + "many lines\n" * 400 + '"',
        '"one line\n' + "M" * 4000 + '\nand one"',
        '"' + "M" * 4000 + '\nopen to the next line"',
        "漢" * 110,
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_that_is_too_long_is_malformed_and_the_next_is_sound(cell: str, end: str) -> None:
    content = (HEADER + ROW.replace("Mouse", cell) + ROW * 2).replace("\n", end)
    long, *sound = rows_of(content, Limits(row_bytes=300))
    lines = cell.count("\n") + 1
    assert "longer than 300 bytes" in str(long.malformed)
    assert [(row.malformed, row.line, row.sheet_row) for row in sound] == [(None, 2 + lines, 3), (None, 3 + lines, 4)]


@pytest.mark.parametrize("size", range(296, 306))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_limit_of_a_row_is_exact_and_shifts_no_line(size: int, end: str) -> None:
    row = "P-1,x,Electronics,SKU-1,19.99,5"
    row = row.replace("x", "x" * (size - len(row) + 1))
    first, second = rows_of(HEADER.strip() + end + row + end + ROW, Limits(row_bytes=300))
    assert (bool(first.malformed), second.line, second.sheet_row) == (size > 300, 3, 3)


def test_a_quote_that_is_not_closed_swallows_no_row() -> None:
    content = HEADER + ROW + ROW.replace("Mouse", '"Mouse') + ROW * 50 + ROW.replace("Mouse", '"a"') + ROW
    rows = rows_of(content, Limits(row_bytes=300))
    assert [row.line for row in rows] == list(range(2, 56))
    assert [row.line for row in rows if row.malformed] == [3]


@pytest.mark.parametrize("separator", ["sep=\t", " sep=\t", "\n\nsep=\t", "SEP=\t "])
def test_a_sep_line_is_found_where_spreadsheets_put_it(separator: str) -> None:
    (row,) = rows_of(separator + "\n" + (HEADER + ROW).replace(",", "\t"))
    assert row.cells[0] == "P-1"


def test_a_malformed_row_keeps_its_cells_as_they_were_sent() -> None:
    (row,) = rows_of(HEADER + 'P1,"a"b,Electronics,S1,1,1\r\n')
    assert row.cells == ["P1", '"a"b', "Electronics", "S1", "1", "1"]


def test_a_row_with_too_many_cells_keeps_them_as_they_split() -> None:
    (row,) = rows_of(HEADER + 'P1,"Mouse, big",Electronics,S1,1,1,x\n')
    assert row.cells == ["P1", "Mouse, big", "Electronics", "S1", "1", "1", "x"]
    assert row.raw == 'P1,"Mouse, big",Electronics,S1,1,1,x'


def test_original_data_has_every_cell_whatever_the_headers() -> None:
    layout = Layout(read_header(["Note", "Note", "Note (2)"]))
    original = layout.original_data(Row(1, 2, 2, ["first", "second", "third"]))
    assert sorted(original.values()) == ["first", "second", "third"]
    assert original["Note (2)"] == "third"


def test_a_fix_files_headers_lose_their_quote_too() -> None:
    content = HEADER.replace("\n", ",'=evil,_row,_errors\n") + ROW.replace("\n", ",x,7,bad\n")
    assert "'" not in surveyed(content).warnings[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03\x81\x8d\xff",
        HEADER.encode() + b"P,\x81\x8d,c,d,1,1\nQ\0,c\n",
        codecs.BOM_UTF8 + HEADER.encode() + b"\0\n\xff\n",
        (HEADER + 'P,"open,c,d,1,1\n' + ROW * 3 + "\0").encode(),
        "<!doctype html><title>Sign in</title>".encode("utf-16"),
        (HEADER + "P,\0,c,d,1,1\n").encode("utf-16") + b"\x00\xd8\n\x00",
        (HEADER + ROW).encode("utf-16") + b"\x00\xd8\n\x00" + "\0".encode("utf-16-le"),
    ],
)
def test_what_is_no_text_is_called_so_before_anything_else(content: bytes) -> None:
    assert failure_of(content).code == "NOT_A_CSV"


@pytest.mark.parametrize(
    "header",
    [
        'vendor_product_id,"product_name,category,sku,price,stock_quantity\n',
        'vendor_product_id,product_name,category,sku,price,"stock_quantity\n',
    ],
)
@pytest.mark.parametrize("rows", [ROW, ROW.replace("Mouse", '"Mouse"'), ROW.replace("Mouse", 'Mouse"')])
def test_a_quote_that_opens_in_the_header_is_named(header: str, rows: str) -> None:
    failure = failure_of("\n" + header + rows * 3)
    assert (failure.code, failure.line) == ("UNCLOSED_QUOTE", 2)
    assert "header (line 2)" in failure.message


@pytest.mark.parametrize("extra", ['Screen 15"', '"Two\nlines"', '"5"" tube"', 'the "best"'])
def test_quotes_in_other_headers_do_no_harm(extra: str) -> None:
    (row,) = rows_of(HEADER.replace("\n", f",{extra}\n") + ROW.replace("\n", ",x\n"))
    assert (row.cells[-1], row.line, row.sheet_row) == ("x", 2 + extra.count("\n"), 2)


@pytest.mark.parametrize(
    ("content", "limits", "code", "delimiter", "columns"),
    [
        ("sku;price;Café\n1;2;3\n", Limits(), "MISSING_COLUMNS", ";", ["sku", "price", None]),
        ("sku|price|SKU|Café\n", Limits(), "DUPLICATE_COLUMNS", "|", ["sku", "price", "sku", None]),
        (HEADER.replace(",", ";") + ';;"Café', Limits(), "UNCLOSED_QUOTE", ";", [*REQUIRED]),
        (HEADER + "Café,,,,,\n" * 3, Limits(rows=2), "TOO_MANY_ROWS", ",", [*REQUIRED]),
        (HEADER.replace("\n", ",Café\n"), Limits(), "NO_DATA_ROWS", ",", [*REQUIRED, None]),
        ("sku\tprice\tCafé\n", Limits(columns=2), "TOO_MANY_COLUMNS", "\t", []),
        ('sku,"price Café\n1,2\n', Limits(), "UNCLOSED_QUOTE", None, []),
    ],
)
def test_a_failure_comes_with_the_detected_format(
    content: str, limits: Limits, code: str, delimiter: str | None, columns: list[str | None]
) -> None:
    refused = refusal_of(content.encode("cp1252"), limits)
    facts = refused.detected_format
    assert (refused.failure.code, facts.encoding, facts.delimiter) == (code, "windows-1252", delimiter)
    assert [column.column for column in facts.columns] == columns
    assert [warning.code for warning in facts.warnings] == ["ENCODING_GUESSED"]


def test_the_message_on_missing_columns_says_where_to_go_on_and_lists_no_other_headers() -> None:
    message = failure_of("sku,price,stock_quantitty,Colour\n1,2,3,red\n").message
    assert 'stock_quantity (did you mean "stock_quantitty"?). Open the upload in the portal' in message
    assert "Colour" not in message


def test_a_warning_about_a_column_names_the_headers_line() -> None:
    (warning,) = surveyed("sep=,\n\n" + HEADER.replace("\n", ",Colour\n") + ROW.replace("\n", ",red\n")).warnings
    assert warning.line == 3
