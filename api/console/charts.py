"""Columns over time, laid out here and printed by templates: in percent, for the policy allows no styles."""

from collections.abc import Sequence
from dataclasses import dataclass

_GAP = 0.28  # of a column's place
_LEAST_HEIGHT = 1.5  # percent: whatever is there at all can be seen


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in percent of the chart; `label` says what it stands for."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


def columns(counts: Sequence[tuple[str, int]], *, top: int) -> list[Column]:
    """A column for each label that has anything; `top` is the count that fills the chart."""
    place = 100 / max(1, len(counts))
    return [
        _column(label, count, i * place + place * _GAP / 2, place * (1 - _GAP), top)
        for i, (label, count) in enumerate(counts)
        if count
    ]


def _column(label: str, count: int, x: float, width: float, top: int) -> Column:
    height = max(_LEAST_HEIGHT, 100 * count / top)
    return Column(label, count, round(x, 2), round(100 - height, 2), round(width, 2), round(height, 2))


def round_top(largest: int) -> int:
    """The next number that begins with 1, 2 or 5 and goes on with zeros: what a scale ends with."""
    if largest <= 1:
        return 1
    power: int = 10 ** (len(str(largest)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest)
