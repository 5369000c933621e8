"""Where the header is, how its cells find their columns, and what separates them."""

import csv
import io

import pytest

from pipeline.domain.columns import COLUMNS, column_of
from pipeline.domain.failures import Limits
from pipeline.domain.header_matching import synonym_of
from pipeline.reading.header.likely_columns import likely_column
from tests.unit.files import HEADER, ROW, failure_of, refusal_of, rows_of, surveyed
from tests.unit.shop_headers import meanings_of_shop_headers


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("SKU*", "sku"),
        ("sku #", "sku"),
        ("SKU:", "sku"),
        ("Product name (required)", "product_name"),
        ("Product name * (required)", "product_name"),
        ("Product name (optional)*", "product_name"),
        ("Price (USD)", "price"),
        ("Price ( € )", "price"),
        ("Stock quantity (pcs)", "stock_quantity"),
        ("weight_kg (kg)", "weight_kg"),
        ("Weight (kg)", "weight_kg"),
        ("Dimensions (cm)", "dimensions_cm"),
        ("ＳＫＵ", "sku"),
        ("ｐｒｉｃｅ（ＥＵＲ）", "price"),
        ("product\r\nname", "product_name"),
        ("product\u00a0name", "product_name"),
        ("stock–quantity", "stock_quantity"),
        ("vendor‑product‑id", "vendor_product_id"),
        ("stock−quantity", "stock_quantity"),
        *(
            (f"cate{character}gory", "category")
            for character in "\u200b\u00ad\u2060\u200e\u2066\u034f\u2800\u3164\uffa0"
        ),
        ("weight_kg (g)", None),
        ("Weight (g)", None),
        ("Weight", None),
        ("dimensions_cm (mm)", None),
        ("price (kg)", None),
        ("price (net)", None),
        ("stock_quantity (kg)", None),
        ("product_name (English)", None),
        ("“sku”", None),
        ("*sku", None),
        ("sku.", None),
    ],
)
def test_what_makes_no_difference_in_a_header(header: str, column: str | None) -> None:
    assert column_of(header) == column


TITLE = "Price list 2026\n"


@pytest.mark.parametrize(
    ("above", "sheet_row"),
    [
        (TITLE, 2),
        (TITLE + "\n", 3),
        ("# a\n# b, with a comma\n,,\n# c\n", 5),
        ('"Our ""best"" products\n', 2),
        ('"Our products,\n', 2),
        ("Product,,,SKU,Price,Stock\n", 2),
        ("a,b,c,d,e\n" * 19, 20),
        ("sep=,\n" + TITLE, 2),
    ],
)
def test_rows_above_the_header_are_passed_over_and_told(above: str, sheet_row: int) -> None:
    result = surveyed(above + HEADER + ROW)
    (warning,) = result.warnings
    assert (warning.code, result.total_records) == ("ROWS_ABOVE_HEADER", 1)
    assert result.format.head.sheet_row == sheet_row
    (row,) = rows_of(above + HEADER + ROW)
    assert (row.line, row.sheet_row) == (above.count("\n") + 2, sheet_row + 1)


@pytest.mark.parametrize("above", ["a,b,c,d,e,f\n", "a,b,c,d,e,f,g\n", TITLE + "1,2,3,4,5,6\n"])
def test_a_row_above_with_as_many_cells_is_the_header_after_all(above: str) -> None:
    failure = failure_of(above + HEADER + ROW)
    line = above.count("\n") + 1
    assert (failure.code, failure.line) == ("MISSING_COLUMNS", 1)
    assert f"Line {line} has all of them" in failure.message
    assert f"delete the rows above line {line}" in failure.message


def test_the_header_is_looked_for_in_twenty_rows_and_no_further() -> None:
    assert failure_of("note\n" * 20 + HEADER + ROW).line == 1


def test_without_all_columns_the_row_with_most_of_them_is_the_header() -> None:
    failure = failure_of(TITLE + "Products,as of\n" + "SKU,Price,Colour,Size\n" + "A,1.00,red,L\n" * 30)
    assert (failure.code, failure.line) == ("MISSING_COLUMNS", 3)
    assert "Colour" not in failure.message


def test_a_single_name_in_a_later_row_makes_no_header() -> None:
    assert failure_of("Article,Cost\nSKU,4.50\n").line == 1


def test_a_header_of_several_lines_below_a_title_is_read() -> None:
    header = HEADER.replace("product_name", '"product\nname"')
    (row,) = rows_of(TITLE + header + ROW)
    assert (row.line, row.sheet_row) == (4, 3)


@pytest.mark.parametrize("row", [ROW, "A-1,Oak spoon,Home & Kitchen,HX-A,€ 4.50,12\n", "HX-A;Löffel;4,50;12\n"])
def test_a_missing_header_is_told_where_the_first_row_is_a_product(row: str) -> None:
    failure = failure_of(row * 3)
    assert (failure.code, failure.line) == ("MISSING_COLUMNS", 1)
    assert "looks like a product" in failure.message
    assert "the header is missing" in failure.message


@pytest.mark.parametrize("separator", ["sep=;", '"sep=;"', "sep=;;;;;", '"sep=;";;;;', "SEP=; ", '\ufeff"sep=;"'])
def test_a_sep_line_is_read_as_spreadsheets_save_it_again(separator: str) -> None:
    content = f"{separator}\n{HEADER}{ROW}".replace(",", ";")
    result = surveyed(content)
    assert (result.format.delimiter, result.format.head.sheet_row, result.warnings) == (";", 1, [])


def test_delimiters_behind_a_sep_line_may_be_the_ones_that_the_file_was_saved_with() -> None:
    assert surveyed(f"sep=;,,,,,\n{HEADER}{ROW}").format.delimiter == ","
    assert surveyed(f'"sep=,",,,,,\n{HEADER}{ROW}').format.delimiter == ","


@pytest.mark.parametrize(
    ("header", "delimiters"),
    [
        (HEADER, "names a delimiter that it does not use (semicolon): its cells are separated by commas"),
        (HEADER.replace(",", "\t"), "(semicolon): its cells are separated by tabs"),
    ],
)
def test_a_sep_line_that_names_another_delimiter_is_the_cause(header: str, delimiters: str) -> None:
    failure = failure_of("sep=;\n" + header + ROW)
    assert (failure.code, failure.line) == ("MISSING_COLUMNS", 2)
    assert delimiters in failure.message
    assert "quotes" not in failure.message


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("cell", [' "{}"', '"{}" ', '="{}"', '"=""{}"""', ' ="{}" '])
def test_a_header_is_cleaned_as_the_cells_below_it(cell: str, delimiter: str) -> None:
    first, *others = HEADER.strip().split(",")
    header = delimiter.join([first, *map(cell.format, others)])
    result = surveyed(f"Price list\n{header}\n{ROW.replace(',', delimiter)}")
    assert [column.column for column in result.format.columns] == [first, *others]
    assert (result.format.delimiter, result.format.head.line, result.total_records) == (delimiter, 2, 1)


def test_a_message_on_many_equal_headers_is_short() -> None:
    failure = failure_of(
        HEADER.strip() + ",sku" * 400 + ",Price" * 50 + ",Category,Stock-Quantity,Product name\n" + ROW
    )
    assert failure.code == "DUPLICATE_COLUMNS"
    assert '"sku" (column 4) and "sku" (column 7) and "sku" (column 8) and 398 more mean sku' in failure.message
    assert "and 2 more. Keep one of them" in failure.message
    assert len(failure.message) < 500


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("sku;price,with tax\n1;2\n", ";"),
        ("Article,Cost\nA,1\nB,2\n", ","),
        ("Article;Cost, net\nA;1,50\nB;2\n", ";"),
        ("Article;Cost\nA, of oak;1,50\nB;2,50\n", ";"),
        ("Article\tCost\nA, B\t1\nC\t2\n", "\t"),
        ("Article|Cost\nA|1\n", "|"),
        ("Article\nA\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_finds_columns_or_else_splits_steadily(content: str, delimiter: str) -> None:
    assert refusal_of(content).detected_format.delimiter == delimiter


@pytest.mark.parametrize(
    ("separator", "name"),
    [
        (":", "colons"),
        ("~", "tildes"),
        ("¦", "broken bars"),
        ("^", "carets"),
        ("   ", "several blanks"),
        (" ", "blanks"),
        ("；", "semicolons of full width"),
        ("，", "commas of full width"),
        ("/", "slashes"),
        ("#", "signs"),
        ("\x1f", "control characters"),
    ],
)
def test_another_separator_is_named_as_the_cause(separator: str, name: str) -> None:
    failure = failure_of((HEADER + ROW).replace(",", separator))
    assert (failure.code, failure.line) == ("MISSING_COLUMNS", 1)
    assert f"its columns are separated by {name}" in failure.message


@pytest.mark.parametrize("quote", ["“{}”", "'{}'", "«{}»", "„{}“", "`{}`"])
def test_quotes_that_csv_does_not_know_are_named(quote: str) -> None:
    header = ",".join(quote.format(name) for name in HEADER.strip().split(","))
    failure = failure_of(f"{header}\n{ROW}")
    assert (failure.code, failure.line) == ("MISSING_COLUMNS", 1)
    assert "are in quotes that CSV does not use" in failure.message


def test_a_line_that_is_quoted_as_a_whole_is_named_whatever_its_delimiter() -> None:
    for delimiter, name in ((",", "commas"), (";", "semicolons"), ("\t", "tabs")):
        failure = failure_of("".join(f'"{line}"\n' for line in (HEADER + ROW).replace(",", delimiter).split("\n")))
        assert failure.code == "MISSING_COLUMNS"
        assert f"{name} separate the cells" in failure.message


def test_proposals_for_the_headers_of_shops_are_right() -> None:
    meanings = meanings_of_shop_headers()
    unmatched = [header for header in meanings if not column_of(header) and not synonym_of(header)]
    proposals = {header: likely_column(header, list(COLUMNS)) for header in unmatched}
    right = [header for header, column in proposals.items() if column in meanings[header]]
    wrong = [header for header, column in proposals.items() if column and column not in meanings[header]]
    assert (len(right), wrong) == (7, [])


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("stock_quantitty", "stock_quantity"),
        ("prodct_name", "product_name"),
        ("Kategory", "category"),
        ("Variant Price", "price"),
        ("Handle", None),
        ("Barcode", None),
        ("Weight (g)", None),
        ("Variant Grams", None),
        ("tax_category", None),
        ("SEO Title", None),
        ("Option1 Name", None),
        ("Price per kg", None),
    ],
)
def test_a_proposal_is_made_only_where_it_is_likely_right(header: str, column: str | None) -> None:
    assert likely_column(header, list(COLUMNS)) == column


def test_a_header_of_any_length_and_shape_stays_on_one_short_line() -> None:
    nasty = ["x" * 10_000, "two\nlines\tand\ta tab", "\u202eright to left", "\x1b[2Jgone"]
    text = io.StringIO()
    csv.writer(text).writerow([*HEADER.strip().split(",")[:5], *nasty])
    message = failure_of(text.getvalue()).message
    assert message.isprintable()
    assert len(message) < 500
    text.seek(0)
    warned = surveyed(HEADER.strip() + "," + text.getvalue().split(",", 5)[5] + ROW.strip() + ",,,,\n").warnings
    assert all(warning.message.isprintable() and len(warning.message) < 200 for warning in warned)


def test_an_unknown_column_is_told_with_the_one_that_it_is_probably_meant_for() -> None:
    content = HEADER.replace("\n", ",Our brand,Colour,Description,Long description\n") + ROW.replace("\n", ",a,b,c,d\n")
    assert [warning.message for warning in surveyed(content).warnings] == [
        'Column "Our brand" is not used. If it is meant for brand, name it so.',
        'Column "Colour" is not used.',
        'Column "Long description" is not used.',
    ]


def test_five_hundred_columns_are_allowed_and_one_more_is_not() -> None:
    extra = ["x"] * (Limits().columns - 6)
    header = ",".join([HEADER.strip(), *extra])
    assert len(rows_of(f"{header}\n{ROW.strip()},{','.join(extra)}\n")) == 1
    assert failure_of(f"{header},x\n{ROW}").code == "TOO_MANY_COLUMNS"
    assert Limits().columns == 500
