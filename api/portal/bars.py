"""Bars and charts as SVG, laid out here and printed by templates: with attributes, for the policy allows no styles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.outcome.percentages import short_percentage

_LEAST_SHARE = 0.6  # percent: whatever is there at all can be seen


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar, in percent of its width; `tone` is a class of the style sheet."""

    word: str
    count: int
    tone: str
    x: float
    width: float
    percent: str


def proportion(parts: Iterable[tuple[str, int, str]]) -> list[Part]:
    """Parts of a whole, side by side; nothing for what is not there."""
    there = [part for part in parts if part[1]]
    total = sum(count for _, count, _ in there)
    widths = _widths([count for _, count, _ in there])
    return [
        Part(word, count, tone, round(sum(widths[:i]), 3), round(widths[i], 3), short_percentage(count, total))
        for i, (word, count, tone) in enumerate(there)
    ]


def _widths(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    least = [max(_LEAST_SHARE, 100 * count / total) for count in counts]
    too_much = sum(least) - 100
    largest = max(range(len(least)), key=least.__getitem__, default=0)
    return [width - too_much if i == largest else width for i, width in enumerate(least)]
