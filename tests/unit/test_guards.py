"""When a guard trips, and the words for it."""

import pytest

from pipeline.domain.guards import GuardCode, GuardExample, GuardFinding, GuardTotals, tripped, would_do

USUAL = {GuardCode.MASS_WITHDRAWAL: 20, GuardCode.MASS_ZERO_STOCK: 50, GuardCode.PRICE_CLIFF: 20}


def codes(totals: GuardTotals, active: int = 1000) -> list[str]:
    return [code for code, _, _ in tripped(totals, active, USUAL)]


@pytest.mark.parametrize(("active", "trips"), [(19, False), (20, True)])
def test_a_vendor_with_fewer_than_20_active_products_has_no_guards(active: int, trips: bool) -> None:
    totals = GuardTotals(named=40, in_stock=40, withdrawn=20, emptied=40, repriced=40)
    assert bool(codes(totals, active)) == trips


@pytest.mark.parametrize(("affected", "trips"), [(19, False), (20, True)])
def test_fewer_than_20_affected_products_are_never_too_many(affected: int, trips: bool) -> None:
    totals = GuardTotals(named=20, in_stock=20, withdrawn=affected, emptied=affected, repriced=affected)
    assert codes(totals, active=20) == (list(GuardCode) if trips else [])


@pytest.mark.parametrize(("withdrawn", "trips"), [(200, False), (201, True)])
def test_withdrawals_are_counted_against_the_vendors_active_products(withdrawn: int, trips: bool) -> None:
    totals = GuardTotals(named=withdrawn, withdrawn=withdrawn)
    assert codes(totals, active=1000) == (["MASS_WITHDRAWAL"] if trips else [])


@pytest.mark.parametrize(("emptied", "trips"), [(50, False), (51, True)])
def test_empty_stocks_are_counted_against_the_named_products_in_stock(emptied: int, trips: bool) -> None:
    totals = GuardTotals(named=1000, in_stock=100, emptied=emptied)
    assert codes(totals) == (["MASS_ZERO_STOCK"] if trips else [])


@pytest.mark.parametrize(("repriced", "trips"), [(20, False), (21, True)])
def test_prices_are_counted_against_the_named_products(repriced: int, trips: bool) -> None:
    totals = GuardTotals(named=100, in_stock=1, repriced=repriced)
    assert codes(totals) == (["PRICE_CLIFF"] if trips else [])


@pytest.mark.parametrize(
    ("percent", "count", "trips"), [(0, 20, True), (100, 100, False), (33, 33, False), (33, 34, True)]
)
def test_a_threshold_may_be_any_percentage(percent: int, count: int, trips: bool) -> None:
    totals = GuardTotals(named=100, repriced=count)
    assert bool(list(tripped(totals, 1000, {**USUAL, GuardCode.PRICE_CLIFF: percent}))) == trips


def test_each_guard_has_its_count_and_of_how_many() -> None:
    totals = GuardTotals(named=100, in_stock=60, withdrawn=50, emptied=40, repriced=30)
    assert list(tripped(totals, 200, USUAL)) == [
        ("MASS_WITHDRAWAL", 50, 200),
        ("MASS_ZERO_STOCK", 40, 60),
        ("PRICE_CLIFF", 30, 100),
    ]


def finding(code: GuardCode, count: int = 812, of: int = 1900) -> GuardFinding:
    return GuardFinding(code, count, of, (GuardExample(1, "S-1", "5", "0"),))


def test_one_sentence_says_all_that_a_file_would_do() -> None:
    assert would_do([finding(GuardCode.MASS_ZERO_STOCK)]) == (
        "This file would set the stock to 0 for 812 of its 1,900 products in stock."
    )
    assert would_do([finding(GuardCode.MASS_WITHDRAWAL), finding(GuardCode.PRICE_CLIFF)]) == (
        "This file would withdraw 812 of your 1,900 active products, and more than double the price, or cut it to less"
        " than half, for 812 of its 1,900 products."
    )
