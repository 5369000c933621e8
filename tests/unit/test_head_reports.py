"""Files after public bug reports: the result of each encoding or header, and the message to its vendor."""

from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.domain.failures import Failure
from tests.unit.files import surveyed_or_failure

REPORTS = Path(__file__).parent / "reports"
READ = "read"


class Expected(NamedTuple):
    """The code of the failure, or `read`; the line; what its message, or that of the warning, says."""

    code: str
    line: int | None = None
    says: tuple[str, ...] = ()
    warning: str | None = None


CASES = {
    "02-bom-twice-plain.csv": Expected(READ),
    "04-zero-width-inside-header.csv": Expected(READ),
    "05-soft-hyphen-in-header.csv": Expected(READ),
    "54-german-headers.csv": Expected(
        "MISSING_COLUMNS", 1, ('missing from it: vendor_product_id (did you mean "Artikelnummer"?).',)
    ),
    "56-shopify-headers.csv": Expected(
        "MISSING_COLUMNS", 1, ('missing from it: vendor_product_id ("Variant SKU" can serve for it, too).',)
    ),
    "58-case-blank-headers.csv": Expected(READ),
    "60-duplicate-column-one-empty.csv": Expected(
        "DUPLICATE_COLUMNS", 1, ('"sku" (column 4) and "SKU" (column 7) mean sku', "Keep one of them")
    ),
    "62-two-header-rows-technical-second.csv": Expected(
        "MISSING_COLUMNS", 1, ("Line 2 has all of them", "delete the rows above line 2")
    ),
    "63-two-header-rows-labels-second.csv": Expected(READ),
    "64-group-row-above.csv": Expected(READ, warning="ROWS_ABOVE_HEADER", says=("1 row above", "in line 2")),
    "65-comments-above.csv": Expected(READ, warning="ROWS_ABOVE_HEADER", says=("2 rows above", "in line 3")),
    "68-one-column.csv": Expected("MISSING_COLUMNS", 1, ("can serve for it, too), product_name, category, price",)),
    "76-sep-line-quoted-and-long.csv": Expected(READ),
    "82-colon-or-tilde-delimiter.csv": Expected("MISSING_COLUMNS", 1, ("separated by tildes (~)",)),
    "85-windows-1251.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like windows-1251", "Кеды, синие, Ботинки")),
    "89-shift-jis-small.csv": Expected(READ, warning="ENCODING_GUESSED", says=("shift_jis", "木のスプーン")),
    "90-big5-small.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like big5", "木湯匙")),
    "91-euc-kr-small.csv": Expected(READ, warning="ENCODING_GUESSED", says=("euc-kr", "나무", "유리컵")),
    "92-windows-1252-smart-quotes.csv": Expected(READ, warning="ENCODING_GUESSED", says=("windows-1252", "Women’s")),
    "95-utf32.csv": Expected("NOT_A_CSV", None, ("a text in UTF-32",)),
    "96-gzip.csv": Expected(READ),
    "97-nul-at-end.csv": Expected("NOT_A_CSV", 4, ("U+0000",)),
    "110-group-row-with-known-names.csv": Expected(READ, warning="ROWS_ABOVE_HEADER", says=("in line 2",)),
    "113-curly-quotes-in-header.csv": Expected(
        "MISSING_COLUMNS", 1, ("quotes that CSV does not use", "“vendor_product_id”")
    ),
    "114-signs-in-header.csv": Expected(
        "MISSING_COLUMNS", 1, ('missing from it: stock_quantity (did you mean "Stock quantity [pcs]"?)',)
    ),
    "115-short-names-in-header.csv": Expected(
        "MISSING_COLUMNS", 1, ('missing from it: vendor_product_id (did you mean "id"?)',)
    ),
    "124-cp850-german.csv": Expected("UNSUPPORTED_ENCODING", 3, ("looks like cp850", "Käse-Löffel, Größe")),
    "125-cp850-german-with-ue.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like cp850", "Müsli")),
    "126-cp866-russian.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like cp866", "Кеды")),
    "128-cp1256-arabic.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like windows-1256", "ملعقة")),
    "129-cp874-thai.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like windows-874", "ช้อนไม้")),
    "130-utf16le-no-bom-chinese.csv": Expected("NOT_A_CSV", None, ("a text in UTF-16 that lacks the mark",)),
    "131-gbk-small.csv": Expected("UNSUPPORTED_ENCODING", 2, ("looks like gb18030", "木汤匙")),
    "135-price-and-stock-headers-swapped.csv": Expected(READ),
    "136-quote-in-header-only.csv": Expected("UNCLOSED_QUOTE", 1, ("A quote opens in the header (line 1)",)),
    "139-line-in-quotes-with-trailing-delimiters.csv": Expected(
        "MISSING_COLUMNS", 1, ("the whole line is in quotes", "commas separate the cells")
    ),
    "140-markdown-or-ascii-table.csv": Expected(READ),
    "146-broken-bar-delimiter.csv": Expected("MISSING_COLUMNS", 1, ("separated by broken bars (¦)",)),
}


@pytest.mark.parametrize(("name", "expected"), CASES.items())
def test_a_reported_file_is_read_or_its_vendor_is_told_why_not(name: str, expected: Expected) -> None:
    content = (REPORTS / name).read_bytes()
    result = surveyed_or_failure(content)
    if isinstance(result, Failure):
        assert (result.code, result.line) == (expected.code, expected.line)
        assert [text for text in expected.says if text not in result.message] == []
        assert len(result.message) < 700
        return
    assert expected.code == READ
    if expected.warning:
        (warning,) = [each for each in result.warnings if each.code == expected.warning]
        assert [text for text in expected.says if text not in warning.message] == []
