"""What a plan would do that is most likely a mistake, in one sentence."""

from decimal import Decimal

from pipeline.postgres.queries.large_changes import LargeChanges


def worst_change(found: LargeChanges) -> str:
    """The first that there is; empty if nothing is remarkable."""
    at_least = "" if found.is_whole else "At least "
    if found.price_falls:
        return f"{at_least}{_price_falls(found.price_falls, found.lowest_share)}."
    for count, one, several in (
        (found.price_rises, "1 price more than doubles", "prices more than double"),
        (found.withdrawals, "1 product goes off sale", "products go off sale"),
        (found.sold_out, "1 product goes out of stock", "products go out of stock"),
    ):
        if count:
            return f"{at_least}{_counted(count, one, several)}."
    return ""


def _price_falls(count: int, lowest: Decimal) -> str:
    part = _part(lowest)
    if count == 1:
        return f"1 price falls to {part}"
    return f"{count:,} prices fall below half, the lowest to {part}"


def _part(share: Decimal) -> str:
    """Such as a hundredth, or about 1/37."""
    ratio = 1 / share
    whole = round(ratio)
    about = "" if abs(ratio - whole) <= ratio / 50 else "about "
    return f"{about}{_NAMED.get(whole, f'1/{whole:,}')}"


_NAMED = {2: "half", 3: "a third", 4: "a quarter", 10: "a tenth", 100: "a hundredth", 1000: "a thousandth"}


def _counted(count: int, one: str, several: str) -> str:
    return one if count == 1 else f"{count:,} {several}"
