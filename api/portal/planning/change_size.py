"""How large a change is, in words: a vendor has to see at a glance that a price falls to a hundredth."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.columns import COLUMN_ORDER, LABELS, ListingStatus

_PRICES = frozenset({"price", "compare_at_price"})
_NUMBERS = _PRICES | {"stock_quantity", "weight_kg"}
_LONGEST_VALUE = 60
_LARGE = 2
"""A number that falls to the half or less, or doubles, is worth a word."""
_MOST_EXACT = Decimal("0.9999")
_NEARLY = Decimal("0.02")
"""A ratio that is so near to a whole number is told as that."""


@dataclass(frozen=True, slots=True)
class SizedChange:
    """A change of a field. `percent` is that of a number, and `remark` says that it is a large one."""

    column: str
    before: str | None
    after: str | None
    percent: str = ""
    remark: str = ""
    tone: str = ""
    """The colour of the new value: none where more is not better than less."""
    size: float = 0
    """As the database sorts by it."""

    @property
    def field(self) -> str:
        return LABELS[self.column]


def sized_changes(changes: Mapping[str, Mapping[str, str | None]]) -> list[SizedChange]:
    """The largest first; those of one size in the order of the columns."""
    in_order = sorted(changes, key=COLUMN_ORDER.__getitem__)
    sized = [sized_change(column, changes[column]["before"], changes[column]["after"]) for column in in_order]
    return sorted(sized, key=lambda change: -change.size)


def sized_change(column: str, before: str | None, after: str | None) -> SizedChange:
    if column == "listing_status":
        return _status_change(column, before, after)
    if column not in _NUMBERS or before is None or after is None:
        return SizedChange(column, _shorten(before), _shorten(after))
    old, new = Decimal(before), Decimal(after)
    shown, percent, remark = (f"{old:,}", f"{new:,}"), _percent(old, new), _remark(old, new)
    return SizedChange(column, *shown, percent, remark, _tone(column, old, new), _size(column, old, new))


def _tone(column: str, old: Decimal, new: Decimal) -> str:
    if old and not new:
        return "warn"
    return "bad" if column in _PRICES and old >= _LARGE * new else ""


def _size(column: str, old: Decimal, new: Decimal) -> float:
    if column == "stock_quantity":
        old, new = old + 1, new + 1
    return abs(math.log(new / old)) if old and new else 0


def _status_change(column: str, before: str | None, after: str | None) -> SizedChange:
    is_withdrawn = after == ListingStatus.WITHDRAWN
    remark = "Goes off sale" if is_withdrawn else "On sale again" if after else ""
    tone = "warn" if is_withdrawn else "good" if after else ""
    return SizedChange(column, before, after, "", remark, tone, math.log(2) * is_withdrawn)


def _percent(old: Decimal, new: Decimal) -> str:
    """Such as +0.3%. What is left of something is never rounded away, nor is a small change."""
    if not old:
        return ""
    share = (new - old) / old
    sign, size = "−" if share < 0 else "+", abs(share)
    if share < 0 and new:
        size = min(size, _MOST_EXACT)
    percent = size * 100
    decimals = 2 if 99 < percent < 100 or percent < 1 else 1 if percent < 99 else 0
    text = f"{percent:,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    return f"{sign}{text if Decimal(text.replace(',', '')) else 'under 0.01'}%"


def _remark(old: Decimal, new: Decimal) -> str:
    if old and not new:
        return "Falls to 0"
    if not old or not new:
        return ""
    if old >= _LARGE * new:
        return f"Falls to {_times(old / new, '1/{:,}')}"
    return f"Rises {_times(new / old, '{:,}-fold')}" if new >= _LARGE * old else ""


def _times(ratio: Decimal, words: str) -> str:
    whole = round(ratio)
    about = "" if abs(ratio - whole) <= _NEARLY * ratio else "about "
    return f"{about}{words.format(whole)}"


def _shorten(value: str | None) -> str | None:
    return value[:_LONGEST_VALUE] + " …" if value and len(value) > _LONGEST_VALUE else value
