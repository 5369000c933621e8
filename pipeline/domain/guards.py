"""Guards: they stop a file that would do to many products what is mostly a mistake, until somebody confirms it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self

MIN_ACTIVE = 20
"""A vendor with fewer active products has no guards."""
MIN_AFFECTED = 20
"""Fewer products than these are never too many."""


class GuardCode(StrEnum):
    """What a file would do to many products at once; also the code of the warning that a dry run has for it."""

    MASS_WITHDRAWAL = "MASS_WITHDRAWAL"
    MASS_ZERO_STOCK = "MASS_ZERO_STOCK"
    PRICE_CLIFF = "PRICE_CLIFF"


@dataclass(frozen=True, slots=True)
class GuardExample:
    """One of the products concerned: its row in the file, and the value before and after."""

    row_number: int
    sku: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """`count` products of `of` would be changed so."""

    code: GuardCode
    count: int
    of: int
    examples: tuple[GuardExample, ...]

    @classmethod
    def of_stored(cls, stored: Mapping[str, Any]) -> Self:
        """Reads what `dataclasses.asdict` made of one, and JSON of that."""
        examples = tuple(GuardExample(**each) for each in stored["examples"])
        return cls(GuardCode(stored["code"]), stored["count"], stored["of"], examples)

    @property
    def action(self) -> str:
        """What the file would do, in words that follow "This file would"."""
        return _ACTIONS[self.code].format(count=self.count, of=self.of)

    @property
    def heading(self) -> str:
        """What the examples are."""
        return _HEADINGS[self.code]


_ACTIONS = {
    GuardCode.MASS_WITHDRAWAL: "withdraw {count:,} of your {of:,} active products",
    GuardCode.MASS_ZERO_STOCK: "set the stock to 0 for {count:,} of its {of:,} products in stock",
    GuardCode.PRICE_CLIFF: (
        "more than double the price, or cut it to less than half, for {count:,} of its {of:,} products"
    ),
}
_HEADINGS = {
    GuardCode.MASS_WITHDRAWAL: "Products that would be withdrawn",
    GuardCode.MASS_ZERO_STOCK: "Stocks that would be 0",
    GuardCode.PRICE_CLIFF: "Prices that would change very much",
}


class GuardTotals(NamedTuple):
    """Of the products of a vendor that a file names: how many there are, how many are in stock, and how many it would
    withdraw, set to a stock of 0, and give a price of more than double or less than half."""

    named: int = 0
    in_stock: int = 0
    withdrawn: int = 0
    emptied: int = 0
    repriced: int = 0

    def plus(self, other: "GuardTotals") -> "GuardTotals":
        return GuardTotals(*(mine + its for mine, its in zip(self, other, strict=True)))

    def affected(self, code: GuardCode) -> int:
        match code:
            case GuardCode.MASS_WITHDRAWAL:
                return self.withdrawn
            case GuardCode.MASS_ZERO_STOCK:
                return self.emptied
            case GuardCode.PRICE_CLIFF:
                return self.repriced


Thresholds = Mapping[GuardCode, int]
"""How many per cent of the products may be affected before a guard trips."""


def tripped(totals: GuardTotals, active: int, thresholds: Thresholds) -> Iterator[tuple[GuardCode, int, int]]:
    """The guards that trip, each with the number of products affected, and of how many; `active` are the vendor's."""
    if active < MIN_ACTIVE:
        return
    bases = {
        GuardCode.MASS_WITHDRAWAL: active,
        GuardCode.MASS_ZERO_STOCK: totals.in_stock,
        GuardCode.PRICE_CLIFF: totals.named,
    }
    for code, base in bases.items():
        count = totals.affected(code)
        if count >= MIN_AFFECTED and count * 100 > base * thresholds[code]:
            yield code, count, base


def would_do(findings: Sequence[GuardFinding]) -> str:
    """One sentence on what a file would do."""
    *others, last = [finding.action for finding in findings]
    return f"This file would {', '.join(others)}{', and ' if others else ''}{last}."
