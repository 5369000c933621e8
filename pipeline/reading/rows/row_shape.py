"""What a row of this very file looks like: the evidence that decides where a damaged record ends.

A description, too, may have as many commas as a row. But hardly one has a word where the category stands and
numbers where price and stock stand.
"""

import re
from collections.abc import Callable, Sequence

from pipeline.domain.cells import clean
from pipeline.domain.columns import REQUIRED, Column
from pipeline.domain.identifiers import IDENTIFIERS

_NUMBER = re.compile(r"\W{0,3}(?:[a-z]{1,3}\W{0,2})?\d[\d.,'’\s]*+\W{0,2}(?:[a-z]{1,6}\.?)?\W{0,2}", re.IGNORECASE)
_NO_NUMBER = re.compile(r"\W{0,4}|n\W?a\W?|null|none|nan|tb[ad]", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"\d[\d.,]*")
_MAX_NUMBER_LENGTH = 30
_NEVER_TEXT = frozenset({*IDENTIFIERS, "category", "price", "compare_at_price", "stock_quantity", "weight_kg"})
"""Columns in which nobody writes a text of several lines."""


class Likeness:
    """Compares cells with what the header says of them."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        position = {column.column: i for i, column in enumerate(columns) if column.column}
        self.columns = columns
        self.width = len(columns)
        self.fewest = 1 + max(position[column] for column in REQUIRED)
        self.price = position["price"]
        self._category = position["category"]
        self._numbers = (position["price"], position["stock_quantity"])

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether every required column has a cell, and no cell beyond the header is filled."""
        return len(cells) >= self.fewest and not any(map(clean, filter(None, cells[self.width :])))

    def first_required(self, after: int) -> str:
        """The first required column behind the first `after` ones."""
        return next(c.column for c in self.columns[after:] if c.column in REQUIRED and c.column)

    def has_values(self, cells: Sequence[str]) -> bool:
        """Whether cells, maybe too many, have those of a product."""
        return len(cells) >= self.fewest and self._has_values(cells.__getitem__)

    def begins_like_a_row(self, cells: Sequence[str]) -> bool:
        """Whether cells, maybe too few or too many, go on to the last of a product's category, price and stock."""
        return len(cells) > max(self._category, *self._numbers) and self._has_values(cells.__getitem__)

    def has_number(self, cells: Sequence[str]) -> bool:
        """Whether cells, as many as the header has, have a number under price or stock."""
        return any(_is_number(clean(cells[position])) for position in self._numbers)

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether cells that were split soundly are a product's, as far as a stranger can tell."""
        return self.fits(cells) and self.has_values(cells)

    def is_plain_row(self, cells: Sequence[str]) -> bool:
        """Whether there are as many cells as the header has, and those of a product beyond doubt."""
        return len(cells) == self.width and self._has_values([cell.strip() for cell in cells].__getitem__, plain=True)

    def may_have_lines(self, position: int) -> bool:
        """Whether a cell of a column may be a text of several lines."""
        return self.columns[position].column not in _NEVER_TEXT

    def may_lack_a_quote(self, cells: Sequence[str], after: int) -> bool:
        """Whether a row may be the beginning of one whose text has lost its opening quote, with `after` cells behind
        that text: it began in a column of texts, and not before values that are a product's beyond doubt."""
        first, last = max(self.fewest - after, 1), min(len(cells), self.width - after)
        if self._has_values(cells.__getitem__, plain=True):
            first = max(first, 2 + max(self._category, *self._numbers))
        return any(column.column not in _NEVER_TEXT for column in self.columns[first - 1 : last])

    def is_whole(
        self, left: Sequence[str], right: Sequence[str], count: int, sound: int, *, plain: bool = False
    ) -> bool:
        """Whether a damaged text, split at every delimiter, has all that a row has; `plain`, its numbers to the letter.

        `left` and `right` are its first and last parts, `count` says how many there are, and `sound` how many
        cells stand before the damage: they are counted from the left, the others from the right, because
        the damaged cell holds the parts too many. Cells that are in neither get the benefit of the doubt.
        """
        width = min(count, self.width)

        def by_both_ends(position: int) -> str | None:
            if position < sound:
                return left[position]
            return right[position - width] if width - position <= len(right) else None

        def by_the_left(position: int) -> str | None:
            return left[position] if position < len(left) else None

        return self._has_values(by_both_ends, plain=plain) or (not sound and self._has_values(by_the_left, plain=plain))

    def _has_values(self, cell_at: Callable[[int], str | None], *, plain: bool = False) -> bool:
        category, numbers = cell_at(self._category), [cell_at(position) for position in self._numbers]
        known = [number.strip('" ') for number in numbers if number is not None]
        if category is not None and not any(map(str.isalpha, category)):
            return False
        if plain:
            return all(map(_PLAIN_NUMBER.fullmatch, known))
        return all(_is_number(number) or _NO_NUMBER.fullmatch(number) for number in known) and (
            len(known) < len(numbers) or any(map(_is_number, known))
        )


def is_prose(cells: Sequence[str]) -> bool:
    """Whether a blank follows every delimiter, as it does in prose after a comma."""
    return len(cells) > 1 and all(cell.startswith(" ") for cell in cells[1:])


def _is_number(text: str) -> bool:
    return len(text) <= _MAX_NUMBER_LENGTH and bool(_NUMBER.fullmatch(text))
