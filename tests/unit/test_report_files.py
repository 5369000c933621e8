"""Small files of the kinds that people report trouble with: accepted rows, messages and suggestions."""

import io
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.rules import Categories
from pipeline.checking.survey import rejected_records, survey
from pipeline.domain.errors import RowError
from pipeline.domain.failures import Limits

FOLDER = Path(__file__).parent / "reports"
CATEGORIES = Categories(
    ["Electronics", "Clothing", "Home & Kitchen", "Automotive", "Arts & Crafts", "Tools & Hardware"]
)
# How many rows are accepted, the warnings, and of each error its row, field, type and suggestion.
OUTCOMES = {
    "14-currencies.csv": """
        2 of 19
        2 price INVALID_PRICE → 19.99
        3 price INVALID_PRICE → 19.99
        4 price INVALID_PRICE → 12.90
        5 price INVALID_PRICE → 49.90
        6 price INVALID_PRICE → 499
        7 price INVALID_PRICE → 12.90
        8 price INVALID_PRICE → 1290
        9 price INVALID_PRICE → 19
        10 price INVALID_PRICE → 19
        11 price INVALID_PRICE → 19.99
        12 price INVALID_PRICE
        13 price INVALID_PRICE
        14 price INVALID_PRICE → 19.99
        15 price INVALID_PRICE → 19.99
        16 price INVALID_PRICE → 25.50
        17 price INVALID_PRICE → 19.99
        18 price INVALID_PRICE → 80
    """,
    "15-float-noise.csv": """
        2 of 4
        2 price INVALID_PRICE → 133.80
        2 weight_kg INVALID_VALUE → 0.075
        3 price INVALID_PRICE → 19.99
        3 weight_kg INVALID_VALUE → 0.3
    """,
    "16-scientific-and-percent-prices.csv": """
        2 of 10
        2 price INVALID_PRICE
        3 price INVALID_PRICE
        4 price INVALID_PRICE
        5 price INVALID_PRICE → 0.99
        6 price INVALID_PRICE → 5
        7 price INVALID_PRICE → 9.99
        8 price INVALID_PRICE
        9 price INVALID_PRICE
    """,
    "18-stock-words.csv": """
        3 of 18
        2 stock_quantity INVALID_STOCK_QUANTITY
        3 stock_quantity INVALID_STOCK_QUANTITY
        4 stock_quantity INVALID_STOCK_QUANTITY
        5 stock_quantity INVALID_STOCK_QUANTITY
        6 stock_quantity INVALID_STOCK_QUANTITY
        7 stock_quantity INVALID_STOCK_QUANTITY → 10
        8 stock_quantity INVALID_STOCK_QUANTITY
        9 stock_quantity INVALID_STOCK_QUANTITY
        11 stock_quantity INVALID_STOCK_QUANTITY → 10
        12 stock_quantity INVALID_STOCK_QUANTITY
        13 stock_quantity INVALID_STOCK_QUANTITY
        14 stock_quantity INVALID_STOCK_QUANTITY
        15 stock_quantity INVALID_STOCK_QUANTITY
        16 stock_quantity INVALID_STOCK_QUANTITY
        17 stock_quantity INVALID_STOCK_QUANTITY
    """,
    "21-equals-quoted-in-quoted-cell.csv": """
        4 of 4, SUSPICIOUS_VALUES
    """,
    "22-unit-separator-before-digits.csv": """
        2 of 3
        2 sku INVALID_VALUE → 00123
    """,
    "23-apostrophe-before-digits.csv": """
        3 of 4, SUSPICIOUS_VALUES
        3 price INVALID_PRICE → 19.99
        3 stock_quantity INVALID_STOCK_QUANTITY → 5
    """,
    "26-date-skus.csv": """
        9 of 9, EXCEL_IDENTIFIERS
    """,
    "29-nfc-nfd-skus.csv": """
        3 of 3, SUSPICIOUS_VALUES
    """,
    "30-skus-with-signs.csv": """
        6 of 6
    """,
    "31-placeholders-optional.csv": """
        2 of 5, SUSPICIOUS_VALUES
        2 compare_at_price INVALID_PRICE
        2 brand INVALID_VALUE
        2 weight_kg INVALID_VALUE
        2 image_url INVALID_VALUE
        3 compare_at_price INVALID_PRICE
        3 weight_kg INVALID_VALUE
        3 image_url INVALID_VALUE
        4 compare_at_price INVALID_PRICE
        4 weight_kg INVALID_VALUE
        4 image_url INVALID_VALUE
    """,
    "32-placeholders-required.csv": """
        4 of 7, SUSPICIOUS_VALUES
        2 product_name INVALID_VALUE
        2 price INVALID_VALUE
        2 stock_quantity INVALID_VALUE
        3 stock_quantity INVALID_STOCK_QUANTITY
        3 vendor_product_id INVALID_VALUE
        3 category INVALID_VALUE
        3 sku INVALID_VALUE
        3 price INVALID_VALUE
        6 price INVALID_PRICE
    """,
    "36-html-entities.csv": """
        3 of 4, SUSPICIOUS_VALUES
        2 category INVALID_CATEGORY → Home & Kitchen
    """,
    "102-images.csv": """
        3 of 23
        2 image_url INVALID_VALUE → https://shop.example/a.jpg
        3 image_url INVALID_VALUE → https://shop.example/a.jpg
        4 image_url INVALID_VALUE → https://shop.example/a.jpg
        5 image_url INVALID_VALUE → https://shop.example/a.jpg
        6 image_url INVALID_VALUE → https://shop.example/a.jpg
        7 image_url INVALID_VALUE → https://shop.example/a.jpg
        8 image_url INVALID_VALUE
        9 image_url INVALID_VALUE → https://shop.example/my%20photo%20(1).jpg
        10 image_url INVALID_VALUE → https://shop.example/a.jpg
        11 image_url INVALID_VALUE
        12 image_url INVALID_VALUE
        13 image_url INVALID_VALUE
        14 image_url INVALID_VALUE
        15 image_url INVALID_VALUE
        17 image_url INVALID_VALUE
        18 image_url INVALID_VALUE
        19 image_url INVALID_VALUE
        20 image_url INVALID_VALUE
        21 image_url INVALID_VALUE
        22 image_url INVALID_VALUE
    """,
    "103-weights-and-units.csv": """
        3 of 15, DECIMAL_COMMA, SUSPICIOUS_VALUES
        3 weight_kg INVALID_VALUE → 0.5
        4 weight_kg INVALID_VALUE → 0.5
        5 weight_kg INVALID_VALUE → 1.5
        6 weight_kg INVALID_VALUE
        8 weight_kg INVALID_VALUE
        9 weight_kg INVALID_VALUE → 0.25
        10 weight_kg INVALID_VALUE
        11 weight_kg INVALID_VALUE
        12 weight_kg INVALID_VALUE → 0.5
        13 weight_kg INVALID_VALUE → 1.25
        14 weight_kg INVALID_VALUE → 1.5
        15 unit FIELD_LENGTH_EXCEEDED
    """,
    "105-emoji-and-rtl-text.csv": """
        3 of 3
    """,
    "106-long-name-with-html.csv": """
        2 of 3
        2 product_name FIELD_LENGTH_EXCEEDED
    """,
    "121-three-decimals-with-leading-zero.csv": """
        1 of 3, DECIMAL_COMMA
        2 price INVALID_PRICE → 0.99
        2 weight_kg INVALID_VALUE → 0.5
        3 weight_kg INVALID_VALUE
    """,
    "123-break-in-sku.csv": """
        0 of 2
        1 sku INVALID_VALUE
        2 category INVALID_CATEGORY → Home & Kitchen
    """,
    "132-soft-hyphen-in-category.csv": """
        2 of 4
        2 category INVALID_CATEGORY → Home & Kitchen
        3 category INVALID_CATEGORY → Electronics
    """,
    "141-percent-encoded-and-plus.csv": """
        1 of 2
        1 category INVALID_CATEGORY → Home & Kitchen
    """,
    "143-huge-and-tiny-numbers.csv": """
        1 of 5
        1 price INVALID_PRICE
        2 price INVALID_PRICE
        3 price INVALID_PRICE
        3 stock_quantity INVALID_STOCK_QUANTITY
        5 stock_quantity INVALID_STOCK_QUANTITY → 1000000
    """,
    "163-empty-quoted-and-nbsp-rows.csv": """
        2 of 2
    """,
    "165-row-repeated-header-spelling.csv": """
        2 of 3
        2 price INVALID_PRICE
        2 stock_quantity INVALID_STOCK_QUANTITY
        2 category INVALID_CATEGORY
    """,
    "166-scientific-sku-and-wrong-stock.csv": """
        2 of 4, DECIMAL_COMMA, EXCEL_IDENTIFIERS
        2 stock_quantity INVALID_STOCK_QUANTITY
        2 sku INVALID_VALUE
        3 category INVALID_CATEGORY
        3 sku INVALID_VALUE
    """,
    "167-lost-trailing-zero-skus.csv": """
        2 of 2
    """,
    "168-currency-column-and-availability.csv": """
        0 of 1, UNKNOWN_COLUMN
        1 stock_quantity INVALID_STOCK_QUANTITY
    """,
    "169-float-ids-whole-stock.csv": """
        2 of 2, EXCEL_IDENTIFIERS
    """,
}


def outcome_of(name: str) -> list[str]:
    content = (FOLDER / name).read_bytes()
    result = survey(lambda: io.BytesIO(content), CATEGORIES, Limits(), scratch=TemporaryFile)
    rejected = list(rejected_records(lambda: io.BytesIO(content), result, Limits()))
    accepted = f"{result.total_records - len(rejected)} of {result.total_records}"
    errors = [
        f"{staged.row_number} {_as_line(error)}" for staged in rejected for error in errors_in_file(staged, CATEGORIES)
    ]
    return [", ".join([accepted, *(warning.code for warning in result.warnings)]), *errors]


def _as_line(error: RowError) -> str:
    suggestion = f" → {error.suggestion}" if error.suggestion else ""
    return f"{error.error_field} {error.error_type}{suggestion}"


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_file_is_judged_as_a_vendor_would_expect(name: str) -> None:
    assert outcome_of(name) == [line.strip() for line in OUTCOMES[name].strip().splitlines()]
