"""What is most likely a mistake in a plan, in one sentence."""

from decimal import Decimal

import pytest

from api.portal.planning.worst_change import worst_change
from pipeline.postgres.queries.large_changes import LargeChanges


@pytest.mark.parametrize(
    ("falls", "lowest", "rises", "withdrawals", "sold_out", "sentence"),
    [
        (0, "0", 0, 0, 0, ""),
        (1, "0.01", 9, 9, 9, "1 price falls to a hundredth."),
        (1, "0.0270", 0, 0, 0, "1 price falls to 1/37."),
        (1, "0.3", 0, 0, 0, "1 price falls to about a third."),
        (12, "0.49", 0, 0, 0, "12 prices fall below half, the lowest to about half."),
        (1200, "0.1", 0, 0, 0, "1,200 prices fall below half, the lowest to a tenth."),
        (0, "0.9", 1, 5, 5, "1 price more than doubles."),
        (0, "0.9", 2, 5, 5, "2 prices more than double."),
        (0, "0", 0, 1, 5, "1 product goes off sale."),
        (0, "0", 0, 3, 5, "3 products go off sale."),
        (0, "0", 0, 0, 1, "1 product goes out of stock."),
        (0, "0", 0, 0, 2, "2 products go out of stock."),
    ],
)
def test_the_worst_change_is_named(
    falls: int, lowest: str, rises: int, withdrawals: int, sold_out: int, sentence: str
) -> None:
    found = LargeChanges(falls, Decimal(lowest), rises, withdrawals, sold_out, is_whole=True)
    assert worst_change(found) == sentence


def test_what_was_not_counted_to_the_end_is_said_to_be_at_least_that() -> None:
    found = LargeChanges(1_000, Decimal("0.01"), 0, 0, 0, is_whole=False)
    assert worst_change(found) == "At least 1,000 prices fall below half, the lowest to a hundredth."
