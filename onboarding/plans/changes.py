"""What an upload changes, or would change, from its file of changes: how often each column, and the largest changes.

Memory is constant, however many changes there are.
"""

import csv
from codecs import iterdecode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from heapq import nlargest
from typing import Any, Self

from pipeline.domain.cells import as_received
from pipeline.domain.uploads import Outcome
from pipeline.outcome.reports import CHANGES_HEADER, ChangeLine

MOST_LISTED = 20
_NUMBERS = frozenset({"price", "compare_at_price", "stock_quantity", "weight_kg"})


@dataclass(frozen=True, slots=True)
class Change:
    """A column of a product with its values before and after; an empty one is None."""

    row_number: int
    sku: str
    field: str
    before: str | None
    after: str | None

    @classmethod
    def of(cls, line: ChangeLine) -> Self:
        """Reads a line of the file of changes."""
        sku, before, after = (as_received(value or "") for value in (line.sku, line.before, line.after))
        return cls(int(line.row_number), sku, line.field or "", before or None, after or None)

    @property
    def percent(self) -> float | None:
        """By how much a number changes, in per cent; None of anything else, and of a number that was zero."""
        if self.field not in _NUMBERS or not self.before or not self.after or not (before := Decimal(self.before)):
            return None
        return float((Decimal(self.after) - before) * 100 / before)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "percent": None if self.percent is None else round(self.percent, 1)}


@dataclass(slots=True)
class Changes:
    """`largest` are the changes by the largest factors, then the others by row; `removed` are the first products that
    an undo removes, as row number and SKU.
    """

    by_field: Counter[str] = field(default_factory=Counter)
    largest: list[Change] = field(default_factory=list)
    removed: list[tuple[int, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.by_field.total()

    def as_json(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "by_field": dict(self.by_field.most_common()),
            "largest": [change.as_json() for change in self.largest],
            "removed": [{"row_number": row_number, "sku": sku} for row_number, sku in self.removed],
        }


def read_changes(blocks: Iterable[bytes]) -> Changes:
    """Reads the file of changes of an upload, block by block."""
    changes = Changes()
    largest = nlargest(MOST_LISTED, _counted(_lines(blocks), changes), key=_factor)
    changes.largest = list(map(Change.of, largest))
    return changes


def _factor(line: ChangeLine) -> float:
    """How many times the smaller number is in the larger one, zero counted as one; 0 of anything else."""
    if line.field not in _NUMBERS or not line.before or not line.after:
        return 0.0
    smaller, larger = sorted((float(line.before), float(line.after)))
    return larger / (smaller or 1)


def _counted(lines: Iterable[ChangeLine], changes: Changes) -> Iterator[ChangeLine]:
    """The changes of products that stay, counted on the way."""
    for line in lines:
        if line.outcome == Outcome.UPDATED and line.field:
            changes.by_field[line.field] += 1
            yield line
        elif line.outcome == Outcome.REMOVED:
            _note_removed(changes.removed, line)


def _note_removed(removed: list[tuple[int, str]], line: ChangeLine) -> None:
    """A removed product has a line for each of its values."""
    row_number = int(line.row_number)
    if len(removed) < MOST_LISTED and (not removed or removed[-1][0] != row_number):
        removed.append((row_number, as_received(line.sku or "")))


def _lines(blocks: Iterable[bytes]) -> Iterator[ChangeLine]:
    """The lines as they are written: every value is text, and an empty one is none."""
    texts = _broken_into_lines(iterdecode(blocks, "utf-8-sig"))
    # The delimiter is that of the vendor's own file.
    delimiter = next(texts, "").removeprefix(CHANGES_HEADER[0])[:1]
    if delimiter:
        width = len(CHANGES_HEADER)  # a newer service may have further columns
        yield from (ChangeLine._make(line[:width]) for line in csv.reader(texts, delimiter=delimiter))


def _broken_into_lines(texts: Iterable[str]) -> Iterator[str]:
    rest = ""
    for text in texts:
        *lines, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in lines)
    if rest:
        yield rest
