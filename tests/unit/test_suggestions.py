"""Suggestions: only what can be told without guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.rules import Categories, errors_of, with_suggestion
from pipeline.domain.suggestions import as_amount, as_weight, as_whole_number
from tests.unit.files import CATEGORIES, SOUND, record


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("€ 1.299,00", "1299.00"),
        ("$19.99", "19.99"),
        ("19,9", "19.9"),
        ("1 299.00 EUR", "1299.00"),
        ("1\u202f299,00\u00a0€", "1299.00"),  # as French software writes it
        ("1’299.50 CHF", "1299.50"),
        ("1 299", "1299"),
        ("019,90", "19.90"),
        ("19.990000", "19.99"),
        ("19.990", None),
        ("19.9901", None),
        ("٣٤", None),
        ("1,234,567.00", None),  # more than a price may be
        ("1,299", None),  # a thousand, or a little more than one?
        ("1.299", None),
        ("5 or 6", None),
        ("free", None),
        ("0,00", None),
        ("19.999", None),
        ("10%", None),
        ("12 inch", None),
        ("Call 555", None),
    ],
)
def test_amounts(text: str, amount: str | None) -> None:
    assert as_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10.0", "10"),
        ("10,00", "10"),
        ("10.0000", "10"),
        ("10.000", None),
        ("1\u00a0200 Stück", "1200"),
        ("1 200", "1200"),
        ("25 pcs", "25"),
        ("1,200.00", "1200"),
        ("1.200,0", "1200"),
        ("1,200,00", None),
        ("1,200", None),
        ("1.5", None),
        ("2 000 000", None),
        ("12 boxes", None),
        ("10 x", "10"),
        ("0x", None),  # the beginning of a number in another notation
        ("ten", None),
    ],
)
def test_whole_numbers(text: str, number: str | None) -> None:
    assert as_whole_number(text, 1_000_000) == number


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("0.068000", "0.068"),
        ("0.068357", None),  # what it is rounded to is not what was sent
        ("1.2345", None),
        ("0,5", "0.5"),
        ("2 kg", "2"),
        ("1.10 kg", "1.1"),
        ("12345678", None),
        ("1,234", None),
        ("5 lb", None),
    ],
)
def test_weights(text: str, weight: str | None) -> None:
    assert as_weight(text) == weight


@pytest.mark.parametrize(
    ("column", "cell", "suggestion"),
    [
        # As shop systems export them: a path of categories, a list of images, a weight with six decimals.
        ("category", "Clothing > Hoodies", "Clothing"),
        ("category", "Sale, Electronics", "Electronics"),
        ("category", "Electronics, Clothing", None),
        ("category", "Vegetables", None),
        ("category", "Clothings", "Clothing"),
        ("category", "computer & accessories", "Computer Accessories"),
        ("category", "Computer-Accessories", "Computer Accessories"),
        ("image_url", "HTTPS://a.example/1.png", "https://a.example/1.png"),
        ("image_url", "//a.example/1.png", None),
        ("product_name", "Aria\x07 Black", "Aria Black"),
        ("product_name", "Aria\x0bBlack", "Aria Black"),
        ("product_name", "Aria\x92s", None),  # once an apostrophe, in another encoding
        ("product_name", "\x07", None),
        ("description", "\x07" + "a" * 200, None),
        ("image_url", "https://a.example/1.png, https://a.example/2.png", "https://a.example/1.png"),
        ("image_url", "https://a.example/my photo.jpg", "https://a.example/my%20photo.jpg"),
        ("image_url", "https://a.example/w_1,h_2/1.png", None),
        ("image_url", "1.png", None),
        ("weight_kg", "2.976000", "2.976"),
        ("weight_kg", "2.976846", None),
    ],
)
def test_what_shop_systems_export_comes_with_what_to_write_instead(
    column: str, cell: str, suggestion: str | None
) -> None:
    wrong = record(**{column: cell})
    (error,) = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
    assert (error.error_field, error.suggestion) == (column, suggestion)


MARKETPLACE = Categories(["Books", "Shoes", "Toys & Games", "Garden & Outdoor", "Men's Shoes", "Mens Shirts"])


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("Bookss", "Books"),
        ("toys and games", "Toys & Games"),
        ("Toys  &amp; Games", "Toys & Games"),
        ("Garden and Outdoors", "Garden & Outdoor"),
        ("Mens Shoes", "Men's Shoes"),
        # One letter away from a category, and another word.
        ("Boots", None),
        ("Shops", None),
        ("Gardening", None),
        # As like one as the other.
        ("Mens Shors", None),
        ("", None),
    ],
)
def test_a_category_is_suggested_only_if_it_is_surely_meant(wrong: str, meant: str | None) -> None:
    assert MARKETPLACE.closest(wrong) == meant


NUMBERISH = st.text("0123456789.,'’ \u00a0\u202f€$-kgKGpcs\u0663", max_size=14)
WRITTEN = st.one_of(NUMBERISH, st.text(max_size=30), st.text("htpsHTPS:/.,; a\x07\x0b\x92", max_size=30))


@given(st.sampled_from([*SOUND, "compare_at_price", "weight_kg", "image_url", "description"]), WRITTEN)
def test_a_suggestion_that_is_followed_is_right(column: str, cell: str) -> None:
    wrong = record(**{column: cell})
    for error in errors_of(wrong, CATEGORIES):
        told = with_suggestion(error, wrong, CATEGORIES)
        if told.suggestion is not None:
            again = errors_of(record(**{column: told.suggestion}), CATEGORIES)
            assert error.error_type not in {left.error_type for left in again}
