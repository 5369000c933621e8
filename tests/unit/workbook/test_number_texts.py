"""Numbers as text: the shortest decimal with the same 15 significant digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.workbook.number_texts import date_text, number_text, padded


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("12", "12"),
        ("12.0", "12"),
        ("12.50", "12.5"),
        ("19.989999999999998", "19.99"),
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("1E3", "1000"),
        ("1.5E-7", "0.00000015"),
        ("8.9012345678901E+12", "8901234567890.1"),
        ("4006381333931", "4006381333931"),
        ("123456789012345678", "123456789012346000"),
        ("1E+20", "100000000000000000000"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("-5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        (" 5\n", "5"),
        ("1e400", None),
        ("", None),
        ("abc", None),
        ("0x10", None),
        ("1,5", None),
        ("infinity", None),
        ("٣", None),
        ("1" * 400, None),
    ],
)
def test_a_stored_number_reads(stored: str, text: str | None) -> None:
    assert number_text(stored) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_fifteen_digits_are_kept_and_none_is_idle(number: float) -> None:
    text = number_text(repr(number))
    assert text is not None
    assert f"{float(text):.15g}" == (f"{number:.15g}" if number else "0")
    assert "e" not in text.lower()
    assert not text.endswith(".0")
    assert number_text(text) == text
    assert len(Decimal(text).normalize().as_tuple().digits) <= 15


@given(st.decimals(min_value=0, max_value=999999, places=2))
def test_prices_stay_as_they_are(price: Decimal) -> None:
    text = number_text(repr(float(price)))
    assert text is not None
    assert Decimal(text) == price


def test_only_whole_numbers_are_padded() -> None:
    assert [padded("7", 3), padded("-7", 3), padded("7.5", 5)] == ["007", "-007", "7.5"]


def test_days_count_from_1904_in_some_workbooks() -> None:
    assert date_text("43538", is_1904=True) == "2023-03-15"
    assert date_text("1", is_1904=True) == "1904-01-02"
