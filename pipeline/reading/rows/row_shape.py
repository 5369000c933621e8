"""What a row of a file looks like, to decide where a damaged row ends.

A description may have as many commas as a row, but is unlikely to have a word in the position of the category and
numbers in those of price and stock.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

from pipeline.domain.cells import are_blank, clean
from pipeline.domain.columns import REQUIRED, Column, columns_served
from pipeline.domain.identifiers import IDENTIFIERS

# `*+` is possessive: a number is followed by a unit or nothing, never by a digit or a mark that it could give back.
_NUMBER = re.compile(r"\W{0,3}(?:[a-z]{1,3}\W{0,2})?\d[\d.,'’\s]*+\W{0,2}(?:[a-z]{1,6}\.?)?\W{0,2}", re.IGNORECASE)
_NO_NUMBER = re.compile(r"\W{0,4}|n\W?a\W?|null|none|nan|tb[ad]", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"\d[\d.,]*")
_MAX_NUMBER_LENGTH = 30
_NEVER_TEXT = frozenset({*IDENTIFIERS, "category", "price", "compare_at_price", "stock_quantity", "weight_kg"})
"""Columns whose values never have several lines."""


class RowShape:
    """Compares cells with the columns of the header. `min_cells` is the least number that has all needed ones."""

    def __init__(self, columns: tuple[Column, ...], needed: Sequence[str] = REQUIRED) -> None:
        position = {name: i for i, column in enumerate(columns) for name in column.columns}
        self.columns, self._needed = columns, needed
        self.width = len(columns)
        self.min_cells = 1 + max((position[column] for column in needed), default=0)
        self.price = position.get("price")
        self._category = position.get("category")
        self._numbers = [position[column] for column in ("price", "stock_quantity") if column in position]
        self._last_value = max(self._numbers + ([] if self._category is None else [self._category]), default=0)

    @property
    def has_telling_columns(self) -> bool:
        """Whether the header has a column by whose values a row is recognized, so that blank cells never look like
        one."""
        return self._category is not None or bool(self._numbers)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether every required column has a cell, and every cell beyond the header is empty."""
        return len(cells) >= self.min_cells and are_blank(cells[self.width :])

    def first_required(self, after: int) -> str:
        """The first required column after the first `after` columns."""
        return next(name for name in columns_served(self.columns[after:]) if name in self._needed)

    def has_values(self, cells: Sequence[str]) -> bool:
        """Whether cells, possibly too many, have the values of a product."""
        return len(cells) >= self.min_cells and self._has_values(partial(_cell_at, cells))

    def begins_like_a_row(self, cells: Sequence[str]) -> bool:
        """Whether cells, possibly too few or too many, have a product's category, price and stock."""
        return len(cells) > self._last_value and self._has_values(cells.__getitem__)

    def has_number(self, cells: Sequence[str]) -> bool:
        """Whether cells, as many as the header has, have a number as price or stock."""
        return any(_is_number(clean(cells[position])) for position in self._numbers)

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether cells with sound quotes look like those of a product."""
        return self.fits(cells) and self.has_values(cells)

    def is_plain_row(self, cells: Sequence[str]) -> bool:
        """Whether there are as many cells as the header has, and certainly those of a product."""
        return len(cells) == self.width and self._has_values([cell.strip() for cell in cells].__getitem__, plain=True)

    def may_have_lines(self, position: int) -> bool:
        """Whether a value of the column may have several lines."""
        return _NEVER_TEXT.isdisjoint(self.columns[position].columns)

    def may_lack_a_quote(self, cells: Sequence[str], after: int) -> bool:
        """Whether a row may be the beginning of one whose text lacks its opening quote, with `after` cells after that
        text: the text is in a column of texts, and not before values that are certainly those of a product."""
        first, last = max(self.min_cells - after, 1), min(len(cells), self.width - after)
        if self._has_values(partial(_cell_at, cells), plain=True):
            first = max(first, 2 + self._last_value)
        return any(map(self.may_have_lines, range(first - 1, last)))

    def is_whole(
        self, first_cells: Sequence[str], last_cells: Sequence[str], count: int, sound: int, *, plain: bool = False
    ) -> bool:
        """Whether a damaged text, split at every delimiter, has all values of a row; with `plain`, only plain numbers
        count as numbers.

        `first_cells` and `last_cells` are its first and last parts, `count` is the number of all parts, and `sound` the
        number of cells before the damage. These are counted from the left and the others from the right, because the
        damaged cell contains the superfluous parts. Cells in neither list are assumed to be good.
        """
        width = min(count, self.width)

        def from_both_ends(position: int) -> str | None:
            if position < sound:
                return first_cells[position]
            return last_cells[position - width] if 0 < width - position <= len(last_cells) else None

        return self._has_values(from_both_ends, plain=plain) or (
            not sound and self._has_values(partial(_cell_at, first_cells), plain=plain)
        )

    def _has_values(self, cell_at: Callable[[int], str | None], *, plain: bool = False) -> bool:
        category = None if self._category is None else cell_at(self._category)
        numbers = [cell_at(position) for position in self._numbers]
        numbers_present = [number.strip('" ') for number in numbers if number is not None]
        if category is not None and not any(map(str.isalpha, category)):
            return False
        if plain:
            return all(map(_PLAIN_NUMBER.fullmatch, numbers_present))
        return all(_is_number(number) or _NO_NUMBER.fullmatch(number) for number in numbers_present) and (
            not numbers or len(numbers_present) < len(numbers) or any(map(_is_number, numbers_present))
        )


def _cell_at(cells: Sequence[str], position: int) -> str | None:
    return cells[position] if position < len(cells) else None


def is_prose(cells: Sequence[str]) -> bool:
    """Whether a blank follows every delimiter, as after the commas of prose."""
    return len(cells) > 1 and all(cell.startswith(" ") for cell in cells[1:])


def _is_number(text: str) -> bool:
    return len(text) <= _MAX_NUMBER_LENGTH and bool(_NUMBER.fullmatch(text))
