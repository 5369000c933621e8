"""Suggestions: only if exactly one value is possible."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.rules import Categories, errors_of, with_suggestion
from pipeline.checking.suggestions import as_amount, as_weight, as_whole_number
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
        (".99", "0.99"),
        ("5.", "5"),
        ("+9.99", "9.99"),
        ("-9.99", None),
        ("9.99-", None),
        ("(9.99)", None),
        ("'19.99", "19.99"),
        ("“19.99”", "19.99"),
        ('""19.99""', "19.99"),
        ("19,-", "19"),
        ("19.–", "19"),
        ("19,99 €*", "19.99"),
        ("0,990", "0.99"),  # a thousand has no leading zero
        ("0,995", None),
        ("1,234.", "1234"),
        ("１９．９９", "19.99"),
        ("1\u2007299,00", "1299.00"),  # a figure space
        ("1\u200b9.99", "19.99"),
        ("1,23,456.78", "123456.78"),  # as it is written in India
        ("1,23,45,678.00", None),
        ("133.80000000000001", "133.80"),
        ("19.989999999999998", "19.99"),
        ("19.98999", None),
        ("1.956000000000000e+02", "195.6"),
        ("1.956000E2", "195.6"),
        ("1.2E+03", None),  # its other digits may have been cut off
        ("1E3", None),
        ("12 9", None),
        ("0 990", None),
        ("19.99 EUR/Stk", None),
        ("ca. 20", None),
        ("20-30", None),
    ],
)
def test_amounts(text: str, amount: str | None) -> None:
    assert as_amount(text) == amount


CURRENCIES = (
    "$ € £ ¥ ₹ ₩ ₽ ₺ ₴ ₪ ₫ ₱ ฿ US$ A$ C$ R$ HK$ NZ$ S/ Rs. Rs Rp RM R Ft zł Kč kr kr. лв. руб. грн lei TL Fr. CHF"
    " USD EUR GBP JPY CNY INR BRL PLN SEK TRY ZAR AED euro EURO Dollar 円 元"
)


@pytest.mark.parametrize("currency", CURRENCIES.split(" "))
def test_the_worlds_currencies_are_taken_off_before_and_behind_with_and_without_a_blank(currency: str) -> None:
    for written in ("{0} 12,90", "{0}12,90", "12,90 {0}", "12,90{0}", "12,90\u00a0{0}"):
        assert as_amount(written.format(currency)) == "12.90"


def test_a_compare_at_price_of_zero_may_be_suggested_and_a_price_of_zero_not() -> None:
    assert (as_amount("€ 0,00", allow_zero=True), as_amount("€ 0,00")) == ("0.00", None)


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
        ("'5", "5"),
        ("+5", "5"),
        ("５", "5"),
        ("1,00,000", "100000"),
        ("1.0000e+03", "1000"),
        ("10.000000000000002", "10"),
        ("0,000", "0"),
        ("1e3", None),
        ("10+", None),
        (">100", None),
        ("~20", None),
        ("20 (warehouse 2)", None),
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
        ("0,250 kg", "0.25"),
        ("0.25 KG.", "0.25"),
        ("0.5 kgs", "0.5"),
        ("1,5 кг", "1.5"),
        ("500 g", "0.5"),
        ("1 250 g", "1.25"),
        ("250000 mg", "0.25"),
        ("1.000 g", None),  # a gram, or a kilogram?
        ("0.5 g", None),
        ("2 oz", None),
        ("7.4999999999999997E-2", "0.075"),
        ("0.30000000000000004", "0.3"),
        ("500 gallons", None),
        ("5 kg 200 g", None),
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
        ("image_url", "https://a.example:8080?name=my photo", "https://a.example:8080?name=my%20photo"),
        ("image_url", "https:// a.example/x.jpg", None),
        ("image_url", "https://a.example /x.jpg", None),
        ("image_url", "https://my shop.example/x.jpg", None),
        ("image_url", "HTTPS://-/x.jpg", None),
        ("image_url", "https://%20a.example/x.jpg, https://b.example/y.jpg", None),
        ("image_url", "https://a.example/w_1,h_2/1.png", None),
        ("image_url", "1.png", None),
        ("image_url", "www.a.example/1.png", None),
        ("image_url", "https://a.example/1.png|", "https://a.example/1.png"),
        ("image_url", "https://a.example/1.png ; ", "https://a.example/1.png"),
        ("image_url", "https://a.example/1.png|https://a.example/2.png", "https://a.example/1.png"),
        ("image_url", "https://a.example/1.png#https://a.example/2.png", None),
        ("image_url", "https://a.example/1.pnghttps://a.example/2.png", None),
        ("category", "Computer &amp; Accessories", "Computer Accessories"),
        ("category", "computer+accessories", "Computer Accessories"),
        ("category", "Computer%20Accessories", "Computer Accessories"),
        ("category", "Computer\nAccessories", "Computer Accessories"),
        ("category", "Comp\u00aduter Accessories", "Computer Accessories"),
        ("category", "“Clothing”", "Clothing"),
        ("sku", "\x1f00123", "00123"),
        ("sku", "HX\u200b-1", "HX-1"),
        ("sku", "\x1f8.9E+12", None),
        ("product_name", "\x1f#N/A", None),
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


NUMBERISH = st.text("0123456789.,'’ \u00a0\u202f€$-+kgKGpcseE%\"“”１\u200b\u0663", max_size=20)
WRITTEN = st.one_of(NUMBERISH, st.text(max_size=30), st.text("htpsHTPS:/.,;|# a\x07\x0b\x92\u00ad", max_size=30))


@settings(max_examples=500)
@given(st.sampled_from([*SOUND, "compare_at_price", "weight_kg", "image_url", "description"]), WRITTEN)
def test_a_suggestion_that_is_followed_is_right(column: str, cell: str) -> None:
    wrong = record(**{column: cell})
    for error in errors_of(wrong, CATEGORIES):
        suggestion = with_suggestion(error, wrong, CATEGORIES).suggestion
        if suggestion is not None:
            again = errors_of(record(**{column: suggestion}), CATEGORIES)
            assert column not in {error.error_field for error in again}


def grouped(whole: int, mark: str, sizes: Sequence[int] = (3,)) -> str:
    """Digits in groups from the right, of these sizes; the last size goes on."""
    digits, groups = str(whole), list[str]()
    for size in chain(sizes, repeat(sizes[-1])):
        groups.insert(0, digits[-size:])
        digits = digits[:-size]
        if not digits:
            return mark.join(groups)
    raise AssertionError("never reached")


GROUPINGS: list[tuple[str, str, Sequence[int]]] = [
    *((mark, decimal, (3,)) for mark, decimal in [(",", "."), (".", ","), ("'", "."), (" ", ","), ("\u202f", ",")]),
    *(("", decimal, (3,)) for decimal in ".,"),
    (",", ".", (3, 2)),
]
AROUND = ["{}", "€ {}", "{} zł", "USD {}", "{}€", "'{}", "+{}", '"{}"', " {} *"]


@settings(max_examples=500)
@given(st.integers(0, 999_999), st.integers(0, 99), st.sampled_from(GROUPINGS), st.sampled_from(AROUND))
def test_an_amount_that_can_be_read_in_one_way_is_the_same_number(
    whole: int, cents: int, grouping: tuple[str, str, Sequence[int]], around: str
) -> None:
    mark, decimal, sizes = grouping
    amount = Decimal(whole) + Decimal(cents) / 100
    text = around.format(f"{grouped(whole, mark, sizes) if mark else whole}{decimal}{cents:02}")
    suggestion = as_amount(text)
    assert suggestion is None or Decimal(suggestion) == amount
    assert (suggestion is None) == (amount == 0 or text == f"{amount:.2f}")


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"), st.sampled_from(AROUND))
def test_a_number_with_three_digits_behind_its_only_mark_is_left_alone(
    whole: int, rest: int, mark: str, around: str
) -> None:
    text = around.format(f"{whole}{mark}{rest:03}")
    assert (as_amount(text), as_whole_number(text, 1_000_000)) == (None, None)


@given(st.integers(0, 9_999_999_999), st.sampled_from([("g", 3), ("kg", 0), ("mg", 6)]))
def test_a_weight_is_converted_to_the_last_digit_or_not_at_all(number: int, unit: tuple[str, int]) -> None:
    name, digits = unit
    suggestion = as_weight(f"{number} {name}")
    assert suggestion is None or Decimal(suggestion) == Decimal(number).scaleb(-digits)


@given(st.floats(0.01, 999_999.99), st.floats(-1e-12, 1e-12))
def test_noise_is_taken_off_and_nothing_else(value: float, noise: float) -> None:
    cents = round(value, 2)
    suggestion = as_amount(repr(cents * (1 + noise)))
    assert suggestion is None or abs(float(suggestion) - cents) <= cents * 2e-12
