"""The layout of column charts. Templates print it as SVG attributes in percent, because styles are forbidden."""

from collections.abc import Sequence
from dataclasses import dataclass

_GAP = 0.28  # as a share of a column's place
_LEAST_HEIGHT = 1.5  # percent: enough to be seen


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in percent of the chart; `label` is its day or week."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


def columns(counts: Sequence[tuple[str, int]], *, top: int) -> list[Column]:
    """A column for each count above 0; `top` is the count that fills the chart."""
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
    """The top of the scale: 1, 2 or 5 times a power of ten, at least `largest`."""
    if largest <= 1:
        return 1
    power: int = 10 ** (len(str(largest)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest)
