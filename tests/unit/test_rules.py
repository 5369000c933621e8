"""Rules 1 to 5 and INVALID_VALUE, a record at a time."""

import pytest

from pipeline.checking.products import product_of
from pipeline.checking.rules import errors_of, with_suggestion
from pipeline.domain.columns import COLUMNS, REQUIRED
from tests.unit.files import CATEGORIES, record


def errors(**cells: str) -> list[tuple[str, str | None]]:
    return [(error.error_type, error.error_field) for error in errors_of(record(**cells), CATEGORIES)]


def test_a_sound_record_has_no_errors() -> None:
    assert errors() == []


def test_missing_fields_are_one_error_that_lists_them_in_column_order() -> None:
    cells = {"stock_quantity": "", "vendor_product_id": "\u200b ", "sku": " "}
    assert errors(**cells) == [("MISSING_REQUIRED_FIELDS", "vendor_product_id,sku,stock_quantity")]


@pytest.mark.parametrize("price", ["0.01", "1", "999999.99", "0019.90", "5.5", "0" * 5000 + "1.00", "\u00a05 "])
def test_these_are_prices(price: str) -> None:
    assert errors(price=price, compare_at_price=price) == []


@pytest.mark.parametrize(
    "price",
    ["-10.00", "-0", "0.001", "1000000", "999999.991", "1,299", "1e3", "$5", "٣", ".5", "5.", "1 00", "9" * 5000],
)
def test_these_are_not(price: str) -> None:
    assert errors(price=price, compare_at_price=price) == [
        ("INVALID_PRICE", "price"),
        ("INVALID_PRICE", "compare_at_price"),
    ]


@pytest.mark.parametrize("zero", ["0", "0.00", "000"])
def test_a_price_is_more_than_zero_and_a_compare_at_price_of_zero_is_none(zero: str) -> None:
    assert errors(price=zero, compare_at_price=zero) == [("INVALID_PRICE", "price")]
    assert product_of(record(compare_at_price=zero), CATEGORIES).compare_at_price is None


@pytest.mark.parametrize("stock", ["0", "1000000", "007", "0" * 5000 + "7"])
def test_these_are_quantities(stock: str) -> None:
    assert errors(stock_quantity=stock) == []


@pytest.mark.parametrize("stock", ["-1", "1000001", "10.0", "ten", "1e3", "٣", "9" * 5000])
def test_these_are_not_quantities(stock: str) -> None:
    assert errors(stock_quantity=stock) == [("INVALID_STOCK_QUANTITY", "stock_quantity")]


@pytest.mark.parametrize(
    ("column", "limit"),
    [
        ("vendor_product_id", 100),
        ("product_name", 200),
        ("subcategory", 100),
        ("sku", 100),
        ("brand", 100),
        ("unit", 20),
        ("dimensions_cm", 50),
        ("description", 10_000),
    ],
)
def test_lengths_are_counted_in_code_points_after_cleaning(column: str, limit: int) -> None:
    assert errors(**{column: " " + "😀" * limit + " "}) == []
    assert errors(**{column: "😀" * (limit + 1)}) == [("FIELD_LENGTH_EXCEEDED", column)]


def test_a_category_is_found_whatever_its_capitals_and_stored_as_it_is_officially_spelled() -> None:
    assert errors(category="computer ACCESSORIES") == []
    assert product_of(record(category="computer ACCESSORIES"), CATEGORIES).category == "Computer Accessories"


def test_an_unknown_category_comes_with_the_closest_one() -> None:
    wrong = record(category="Elektronics")
    (error,) = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
    assert (error.error_type, error.value, error.suggestion) == ("INVALID_CATEGORY", "Elektronics", "Electronics")


def test_nothing_is_suggested_for_a_category_that_is_like_none() -> None:
    wrong = record(category="Spaceships")
    (error,) = errors_of(wrong, CATEGORIES)
    assert with_suggestion(error, wrong, CATEGORIES).suggestion is None


@pytest.mark.parametrize("weight", ["0", "0.125", "9999999.999", "0" * 5000 + "1.5"])
def test_these_are_weights(weight: str) -> None:
    assert errors(weight_kg=weight) == []


@pytest.mark.parametrize("weight", ["-1", "0.1234", "10000000", "1,500", "heavy", "9" * 5000])
def test_these_are_not_weights(weight: str) -> None:
    assert errors(weight_kg=weight) == [("INVALID_VALUE", "weight_kg")]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/b.png",
        "a.png",
        "www.a.example/b.png",
        "//a.example/b.png",
        "https://",
        "HTTPS://a/b.png",
        "https://a/b c.png",
        "https://a\u3000b",
        "https://a,b",
        "https://a,https://b",
        "https://a|https://b",
        "https://a|",
        "https://a;https://b",
        "https://a#http://b",
        "https://ahttps://b",
        "http://http://a",
        "https://a\nhttps://b",
    ],
)
def test_an_image_url_is_one_web_address(url: str) -> None:
    assert errors(image_url=url) == [("INVALID_VALUE", "image_url")]


@pytest.mark.parametrize("url", ["https://example.com/a.png", "http://a", "https://a:80/b;c?d=http:/e#f", "https://ä"])
def test_these_are_web_addresses(url: str) -> None:
    assert errors(image_url=url) == []


def test_a_control_character_is_an_invalid_value_but_tabs_and_line_breaks_are_not() -> None:
    assert errors(description="a\x07b") == [("INVALID_VALUE", "description")]
    assert errors(description="a\tb\r\nc") == []


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(
    "value", ["#N/A", " #REF! ", "#DIV/0!", "#value!", "#NV", "#BEZUG!", "#¡REF!", "#N/D", "Err:502"]
)
def test_a_spreadsheets_error_value_is_the_only_error_of_its_field_in_every_column(column: str, value: str) -> None:
    wrong = record(**{column: value})
    (error,) = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
    assert (error.error_type, error.error_field, error.value) == ("INVALID_VALUE", column, value)
    assert (f"({value.strip()})" in error.message, error.suggestion) == (True, None)
    assert ("leave the cell empty" in error.message) == (column not in REQUIRED)


@pytest.mark.parametrize("value", ["#WOW!", "#1", "N/A", "Err: 502", "#N/A and more"])
def test_other_texts_are_no_error_values(value: str) -> None:
    assert errors(product_name=value) == []


def test_every_error_of_a_record_is_found_at_once() -> None:
    cells = {"price": "free", "stock_quantity": "-1", "category": "Nothing", "sku": "s" * 101, "weight_kg": "x"}
    assert errors(**cells) == [
        ("INVALID_PRICE", "price"),
        ("INVALID_STOCK_QUANTITY", "stock_quantity"),
        ("FIELD_LENGTH_EXCEEDED", "sku"),
        ("INVALID_CATEGORY", "category"),
        ("INVALID_VALUE", "weight_kg"),
    ]


def test_the_value_is_the_cell_as_received() -> None:
    (error,) = errors_of(record(price="  -10.00 "), CATEGORIES)
    assert (error.value, error.message) == ("  -10.00 ", "Price must be at least 0.01")


def test_a_missing_unit_is_a_piece_and_identifiers_keep_their_zeros() -> None:
    product = product_of(record(sku="00123", unit=""), CATEGORIES)
    assert (product.sku, product.unit, product.brand) == ("00123", "piece", None)
