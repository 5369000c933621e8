"""How prices and weights are read, as their vendor writes them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.currencies import is_other_currency
from pipeline.checking.survey import Survey
from pipeline.domain.decisions import Decisions
from pipeline.domain.numbers import NumberFormat
from tests.unit.files import HEADER, judged, surveyed, values_of

POINT, COMMA = NumberFormat


def table(prices: list[str], weights: list[str] | None = None) -> str:
    rows = [
        f'P-{n},Mouse,Electronics,SKU-{n},"{price}",5,"{weight}"\n'
        for n, (price, weight) in enumerate(zip(prices, weights or [""] * len(prices), strict=True))
    ]
    return HEADER.replace("\n", ",weight_kg\n") + "".join(rows)


def read(prices: list[str], number_format: NumberFormat | None = None, currency: str = "") -> list[str]:
    return values_of(table(prices), "price", Decisions(number_format=number_format), currency)


def weights(*cells: str, number_format: NumberFormat | None = None) -> list[str]:
    content = table(["1"] * len(cells), list(cells))
    return values_of(content, "weight_kg", Decisions(number_format=number_format))


def warnings_of(result: Survey) -> dict[str, str]:
    return {str(warning.code): warning.message for warning in result.warnings}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12,99", "12.99"),
        ("1.299,00", "1299.00"),
        ("1,299.00", "1299.00"),
        ("1 299,5", "1299.5"),
        ("1\u00a0299\u202f000,5", "1299000.5"),
        ("1'299.00", "1299.00"),
        ("1,299,000", "1299000"),
        ("1.299.000", "1299000"),
        ("1299,500", "1299.500"),
        ("0,250", "0.250"),
        ("0.250", "0.250"),
        ("1 299", "1299"),
        ("007,50", "007.50"),
    ],
)
def test_a_cell_with_one_reading_is_read_so(cell: str, number: str) -> None:
    assert read([cell]) == [number]


@pytest.mark.parametrize(
    "cell",
    ["1,23,456.78", "1,299,00", "1.29.9", "12,", ",99", "1’299.00", "12 99", "1 299 00", "-5,00", "1,2 99", "٣,5"],
)
def test_a_cell_without_a_reading_is_left_to_the_rules(cell: str) -> None:
    assert read([cell]) == [cell]


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        (["1,299"], "1,299"),
        (["1.299"], "1.299"),
        (["1,299", "12.99"], "1299"),
        (["1.299", "12,99"], "1299"),
        (["1.299", "0,250"], "1299"),
        (["1,299", "12,99"], "1,299"),
        (["1,299", "12.99", "12,99"], "1,299"),
        (["1.299", "12.99", "12,99"], "1.299"),
        (["1.299", "1.300.000"], "1.299"),
    ],
)
def test_a_cell_with_two_readings_is_thousands_only_if_its_column_shows_it(cells: list[str], number: str) -> None:
    assert read(cells)[0] == number
    assert read(cells[::-1])[-1] == number


def test_another_column_shows_nothing() -> None:
    assert values_of(table(["1,299"], ["0.5"]), "price") == ["1,299"]


def test_weights_of_sound_rows_are_read_again_when_a_later_row_shows_how() -> None:
    assert weights(*["1.299"] * 1500, "0,5") == ["1299"] * 1500 + ["0.5"]
    assert weights(*["1.299"] * 1500, "0,5", "0.5") == [*["1.299"] * 1500, "0.5", "0.5"]


@pytest.mark.parametrize(
    ("number_format", "numbers"),
    [(POINT, ["1299", "1.299", "0.250", "1299.5"]), (COMMA, ["1.299", "1299", "0.250", "1299.5"])],
)
def test_a_decision_is_about_cells_with_two_readings(number_format: NumberFormat, numbers: list[str]) -> None:
    assert weights("1,299", "1.299", "0,250", "1,299.5", number_format=number_format) == numbers


def test_the_message_has_both_readings() -> None:
    (price,), (price_in_euros,) = judged(table(["1,299", "€ 1,299"]))
    assert price.message == price_in_euros.message
    assert price.message.endswith("; this can be read as 1.299 or as 1299")


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["€ 12,90", "13,50 €", "14"], ["12.90", "13.50", "14"]),
        (["EUR 12,90", "13,50eur"], ["12.90", "13.50"]),
        (["Rs. 499", "1,299.00 rs"], ["499", "1299.00"]),
        (["12 €", "13 $"], ["12 €", "13 $"]),
        (["12 €", "13 EUR"], ["12 €", "13 EUR"]),
        (["12 apples", "13 €"], ["12 apples", "13"]),
        ([".99 €", "12 €"], [".99 €", "12"]),
        (["€ 12 €", "$ 12"], ["€ 12 €", "12"]),
        (["€ 1.299", "12,99 €"], ["1299", "12.99"]),
    ],
)
def test_a_currency_that_is_the_same_in_the_column_is_dropped(cells: list[str], numbers: list[str]) -> None:
    assert read(cells) == numbers
    assert read(cells[::-1]) == numbers[::-1]


def test_a_weight_has_no_currency() -> None:
    assert weights("12 €") == ["12 €"]


def test_another_currency_than_the_installations_is_an_error_without_a_suggestion() -> None:
    ((error,),) = judged(table(["$ 12.99"]), currency="EUR")
    assert (error.error_type, error.message) == (
        "INVALID_PRICE",
        'Price must be in EUR; "$ 12.99" is in another currency',
    )
    assert (error.value, error.suggestion) == ("$ 12.99", None)
    assert read(["$ 12.99"], currency="USD") == read(["$ 12.99"], currency="CAD") == ["12.99"]


@pytest.mark.parametrize(
    ("word", "own", "is_other"),
    [
        ("€", "USD", True),
        ("$", "EUR", True),
        ("usd", "EUR", True),
        ("us$", "CAD", True),
        ("$", "CAD", False),
        ("kr", "EUR", False),
        ("eur", "eur", False),
        ("apples", "EUR", False),
        ("€", "", False),
    ],
)
def test_a_sign_that_can_mean_several_currencies_is_no_other(word: str, own: str, is_other: bool) -> None:
    assert is_other_currency(word, own) == is_other


def test_the_cell_stays_as_received_in_errors_and_the_record_has_the_number() -> None:
    ((error,),) = judged(table(["1.000.000,00"]))
    assert (error.value, error.message) == ("1.000.000,00", "Price must be at most 999999.99")


def test_a_suggestion_is_read_in_its_column_as_what_it_says() -> None:
    (error,), _ = judged(table(["1", "1"], ["1 234 g", "0,5"]))
    assert (error.error_field, error.suggestion) == ("weight_kg", None)
    ((error,),) = judged(table(["1"], ["1 234 g"]))
    assert error.suggestion == "1.234"


def test_the_warnings_have_an_example_and_the_lines() -> None:
    warnings = warnings_of(surveyed(table(["12,99", "1,299.00", "€ 3,00", "5.00"])))
    assert warnings == {
        "DECIMAL_COMMA": "2 rows have a decimal comma, such as 12,99, read as 12.99 (lines 2, 4).",
        "CURRENCY_DROPPED": '1 row has a currency in price, "€", which was dropped (line 4).',
    }
    assert not warnings_of(surveyed(table(["12.99", "1,299.00"])))


@pytest.mark.parametrize(
    ("prices", "weights", "number_format"),
    [
        (["1.5", "2"], ["", ""], POINT),
        (["1,5", "2"], ["", ""], COMMA),
        (["1", "2"], ["", "0.5"], POINT),
        (["1,299", "2"], ["1.299", ""], None),
        (["1,5", "2"], ["0.5", ""], None),
        (["1.299,00", "2"], ["", ""], COMMA),
    ],
)
def test_the_files_format_is_that_of_its_decimals(
    prices: list[str], weights: list[str], number_format: NumberFormat | None
) -> None:
    assert surveyed(table(prices, weights)).format.layout.numbers.number_format == number_format


# A plain model: every way to split a text into groups and decimals.


def all_readings(text: str) -> set[tuple[str, str]]:
    """Every (number, mark before its decimals) that a text may be."""
    blank_is_one = re.sub("[ \u00a0\u202f]", " ", text)
    splits = [(blank_is_one, "", "")]
    splits += [(blank_is_one[:i], mark, blank_is_one[i + 1 :]) for i, mark in enumerate(blank_is_one) if mark in ".,"]
    return {
        (digits + (f".{decimals}" if mark else ""), mark)
        for whole, mark, decimals in splits
        if (digits := whole_number(whole, mark)) and (not mark or is_digits(decimals))
    }


def whole_number(text: str, decimal_mark: str) -> str | None:
    marks = {character for character in text if not is_digits(character)}
    if not marks:
        return text if is_digits(text) else None
    if len(marks) > 1 or not marks <= set(".,' ") or decimal_mark in marks:
        return None
    first, *groups = text.split(marks.pop())
    is_grouped = is_digits(first) and len(first) <= 3 and all(is_digits(g) and len(g) == 3 for g in groups)
    return first + "".join(groups) if is_grouped else None


def is_digits(text: str) -> bool:
    return text != "" and set(text) <= set("0123456789")


def expected(cells: list[str], decided: NumberFormat | None, *, of_weights: bool = False) -> list[str]:
    """The column as the rules see it. Weights have up to three decimals: one such as 0,250 shows how others are."""
    readings = [
        {(n, mark) for n, mark in each if mark or len(each) < 2 or not cell.startswith("0")}  # 0,250 is decimal
        for cell in cells
        for each in (all_readings(cell),)
    ]
    evidence = {mark for each in readings if len(each) == 1 for _, mark in each if mark}
    if of_weights and len(evidence) == 1 and any(re.fullmatch("0[.,][0-9]{3}", cell.strip()) for cell in cells):
        decided = decided or next(each for each in NumberFormat if {each.decimal_mark} == evidence)
    return [one_of(cell, each, evidence, decided) for cell, each in zip(cells, readings, strict=True)]


def one_of(cell: str, readings: set[tuple[str, str]], evidence: set[str], decided: NumberFormat | None) -> str:
    if len(readings) < 2:
        return next((number for number, _ in readings), cell)
    by_mark = {mark: number for number, mark in readings}
    (mark,) = set(by_mark) - {""}
    if decided:
        return by_mark[mark if mark == decided.decimal_mark else ""]
    if evidence == set(".,") - {mark}:
        return by_mark[""]
    return by_mark["."] if mark == "." else cell


def test_weights_with_three_decimals_are_read_as_the_smallest_of_them_is() -> None:
    assert weights("0,635", "1,940", "3,461") == ["0.635", "1.940", "3.461"]
    assert weights("0.635", "1,940", "12.5") == ["0.635", "1940", "12.5"]
    assert weights("0,635", "0.635", "1,940") == ["0.635", "0.635", "1,940"]
    assert read(["0,635", "1,940"]) == ["0.635", "1,940"]


DIGITS = st.text("0123456789", min_size=1, max_size=4)
NUMBERS = st.lists(st.tuples(DIGITS, st.sampled_from(".,' \u00a0")), min_size=1, max_size=4).map(
    lambda parts: "".join(digits + mark for digits, mark in parts)[:-1]
)
USUAL = st.sampled_from(["1,299", "1.299", "12,99", "12.99", "0,250", "0.250", "1.299,00", "1,299.00", "1 299,5", "7"])


@given(st.lists(USUAL | NUMBERS, min_size=1, max_size=6), st.sampled_from([None, *NumberFormat]))
@settings(max_examples=1000, deadline=None)
def test_a_column_is_read_as_a_plain_model_reads_it(cells: list[str], decided: NumberFormat | None) -> None:
    assert read(cells, decided) == expected(cells, decided)
    assert weights(*cells, number_format=decided) == expected(cells, decided, of_weights=True)


@given(st.data(), st.lists(st.integers(1, 99_999_999), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_a_table_gives_the_same_records_however_its_numbers_are_written(data: st.DataObject, cents: list[int]) -> None:
    plain = [f"{each // 100}.{each % 100:02}" for each in cents]
    thousands, decimal = data.draw(st.sampled_from([*pairwise(".,."), (" ", ","), ("'", "."), ("", ","), ("", ".")]))
    before, after = data.draw(st.sampled_from([("", ""), ("€ ", ""), ("", " EUR"), ("$", ""), ("", "zł")]))
    numbers = [f"{each // 100:,}".replace(",", thousands) + f"{decimal}{each % 100:02}" for each in cents]
    written = [f"{before}{number}{after}" for number in numbers]
    assert read(written) == plain
    assert judged(table(written)) == judged(table(plain))
