"""What the lines of an open quote look like, if they are not one cell: rows, records, or parts of them."""

from collections.abc import Callable, Sequence

from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.reach import Reach
from pipeline.reading.rows.row_shape import RowShape

IsRecord = Callable[[Sequence[str]], bool]
"""Tells whether cells are a record without errors. A stray quote may hide such a record within a quoted cell."""


class LinesWithin:
    """Looks at the lines of one reach as if each was a row."""

    def __init__(self, quoting: Quoting, shape: RowShape, is_record: IsRecord | None) -> None:
        self._quoting, self._shape, self._is_record = quoting, shape, is_record

    def hidden_record(self, reach: Reach) -> tuple[int, str] | None:
        """A line within the quoted cell that would be a record without errors."""
        return next(filter(self._is_sound_record, reach.between()), None) if self._is_record else None

    def has_row(self, reach: Reach) -> bool:
        """Whether a line between the first and the last is a row."""
        return any(map(self._is_sound_row, reach.between()))

    def are_two_rows(self, reach: Reach) -> bool:
        """Whether the first and the last line are each a complete row, except for a stray quote."""
        texts = (reach.first.text, reach.last_text)
        return all(self._is_plain_row(text.replace('"', "", 1)) for text in texts)

    def _is_plain_row(self, text: str) -> bool:
        if text.count(self._quoting.delimiter) < self._shape.width - 1:
            return False
        lenient = self._quoting.split_leniently(text)
        return lenient is not None and self._shape.is_plain_row(lenient.cells)

    def _is_sound_record(self, line: tuple[int, str]) -> bool:
        cells = self._cells_of_a_row(line[1])
        is_row = cells is not None and self._shape.fits(cells)
        return is_row and self._is_record is not None and self._is_record(cells or [])

    def _is_sound_row(self, line: tuple[int, str]) -> bool:
        cells = self._cells_of_a_row(line[1])
        return cells is not None and self._shape.is_row(cells)

    def _cells_of_a_row(self, text: str) -> list[str] | None:
        if text.count(self._quoting.delimiter) < self._shape.min_cells - 1:
            return None
        return self._quoting.cells_if_sound(text)
