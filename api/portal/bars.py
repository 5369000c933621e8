"""The layout of bars. Templates print it as SVG attributes, because the security policy forbids inline styles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.outcome.percentages import short_percentage

_LEAST_SHARE = 0.6  # percent: enough to be seen


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
    """Parts of a whole, side by side, without those that are 0."""
    visible = [part for part in parts if part[1]]
    total = sum(count for _, count, _ in visible)
    widths = _widths([count for _, count, _ in visible])
    return [
        Part(word, count, tone, round(sum(widths[:i]), 3), round(widths[i], 3), short_percentage(count, total))
        for i, (word, count, tone) in enumerate(visible)
    ]


def _widths(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    widths = [max(_LEAST_SHARE, 100 * count / total) for count in counts]
    excess = sum(widths) - 100  # the largest part gives back what the smallest ones got to be seen
    largest = max(range(len(widths)), key=widths.__getitem__, default=0)
    return [width - excess if i == largest else width for i, width in enumerate(widths)]
