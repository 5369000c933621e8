"""Leading zeros that were dropped: a warning where a column shows it, and none where it may be as it was."""

import pytest

from pipeline.checking.warnings.zeros import ColumnDigits
from tests.unit.files import HEADER, surveyed


def find_shortened(*identifiers: str) -> tuple[int, list[tuple[int, int]], str, int] | None:
    """The number of shortened identifiers, where the first ones are, an example, and the digits of the others."""
    digits = ColumnDigits()
    digits.add(identifiers, 3, 2)
    result = digits.find_shortened()
    return result and (result[0].count, result[0].places, result[0].example, result[1])


def test_identifiers_of_fewer_digits_than_all_others_have_lost_their_zeros() -> None:
    assert find_shortened("40123", "51234", "987", "62345", "8901") == (2, [(5, 4), (7, 6)], "987", 5)
    assert find_shortened("812345678901", "036000291452".lstrip("0"), "823456789012", "834567890123") is not None


@pytest.mark.parametrize(
    "identifiers",
    [
        ["40123", "51234", "62345"],
        ["40123", "51234", "987", "00045", "62345"],  # this column has kept its zeros
        ["A-1", "40123", "51234", "987", "62345"],
        ["40123", "987"],  # too few to tell
        ["123", "456", "789", "12"],  # numbers of three digits are numbers
        ["8901234567890", "8901234567891", "8901234567892", "812345678901"],  # EANs, and a UPC
        ["8901234567890", "8901234567891", "8901234567892", "4711"],
        [str(number) for number in range(1, 2000)],
        [str(number) for number in range(9_900, 10_200)],
        [str(number) for number in range(95_000, 120_000, 1_000)],
    ],
)
def test_other_columns_are_as_they_were(identifiers: list[str]) -> None:
    assert find_shortened(*identifiers) is None


def test_it_makes_no_difference_whether_rows_pass_one_by_one_or_together() -> None:
    identifiers = [str(number * 7_919 % 900_000 + 1) for number in range(1, 300)]
    together, one_by_one = ColumnDigits(), ColumnDigits()
    together.add(identifiers, 2, 2)
    for line, identifier in enumerate(identifiers, 2):
        one_by_one.add((identifier,), line, line)
    assert together.find_shortened() == one_by_one.find_shortened()
    assert together.find_shortened() is not None


def test_thousands_of_digits_are_no_identifier() -> None:
    rows = [f"P{n},Mug,Clothing,{'1' * digits},1,1" for n, digits in enumerate([5000, 5000, 5001, 4999])]
    assert surveyed(HEADER + "\n".join(rows)).warnings == []


def test_the_upload_is_warned_and_a_total_line_does_not_prevent_it() -> None:
    skus = ["40123", "51234", "987", "62345", "Total"]
    rows = [f"P{n},Mug,Clothing,{sku},{'' if sku == 'Total' else 1},1" for n, sku in enumerate(skus)]
    (warning,) = surveyed(HEADER + "\n".join(rows)).warnings
    assert (warning.code, warning.line) == ("LEADING_ZEROS_LOST", 4)
    assert "1 row has a sku of fewer digits than the usual 5, such as 987" in warning.message
