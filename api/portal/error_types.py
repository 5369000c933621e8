"""The chart of errors by type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.domain.errors import error_word
from pipeline.outcome.percentages import short_percentage


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One type of error; `width` is that of its bar, in percent of the longest, and `address` shows its errors."""

    error_type: str
    word: str
    count: int
    percent: str
    width: float
    address: str


def type_lines(counts: Sequence[tuple[str, int]], address: Callable[[str], str]) -> list[TypeLine]:
    """The most frequent type first."""
    ordered = sorted(counts, key=lambda each: -each[1])
    total = sum(count for _, count in ordered)
    return [
        TypeLine(
            error_type=error_type,
            word=error_word(error_type),
            count=count,
            percent=short_percentage(count, total),
            width=round(100 * count / ordered[0][1], 2),
            address=address(error_type),
        )
        for error_type, count in ordered
    ]
