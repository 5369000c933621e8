"""The text of a damaged row while its lines are gathered."""

from collections.abc import Sequence

from pipeline.domain.records import MAX_ORIGINAL_CELL
from pipeline.reading.lines import Block, Line, size_of
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.row_shape import RowShape, is_prose


def joined(lines: Sequence[Line]) -> str:
    """The text of consecutive lines, without the last line end."""
    return "".join([*(line.text + line.end for line in lines[:-1]), lines[-1].text])


class DamagedText:
    """The first line of a damaged row, and the lines added to it. Stores no more text than a row may have."""

    def __init__(self, first: Line, quoting: Quoting, shape: RowShape, limit: int) -> None:
        self.first, self._quoting, self._shape = first, quoting, shape
        before, rest = quoting.sound_cells_before_trouble(first.text)
        self._before, self._rest = before, rest
        self._last = first.text
        self._is_whole: bool | None = None
        self.sound_cells = min(len(before), shape.width - 1)
        self.is_quoted = rest[:1] == '"' or first.truncated_quotes is not None
        self.may_close = not self.is_quoted
        self._quotes = first.quotes
        self._limit, self._parts = limit, [first.text]
        self._end = first.end
        self.count = len(before) + 1 + rest.count(quoting.delimiter)
        if first.truncated_quotes is not None:
            self.count = max(self.count, shape.min_cells)
        self.size = size_of(first.text)
        self._length = len(first.text)
        self.cells_after_closing = self._read_from_inside()

    def add(self, block: Block) -> None:
        """Adds the lines that follow."""
        text = block.text
        end = block.end(len(block.texts) - 1)
        body = text[: len(text) - len(end)] if end else text
        self._last, self._is_whole = block.texts[-1], None
        self.count += body.count(self._quoting.delimiter)
        self.size += size_of(body) + len(self._end)
        if self.size <= self._limit:
            self._parts += (self._end, body)
        elif self._length < MAX_ORIGINAL_CELL:
            self._parts += (self._end, body[:MAX_ORIGINAL_CELL])
        self._length += len(self._end) + len(body)
        self._end = end
        if '"' in body:
            self._quotes += body.count('"') + (block.truncated_quotes or 0)
            self.cells_after_closing = self._read_from_inside()

    def _read_from_inside(self) -> int | None:
        """The number of cells after the end of a cell that the row above opened; None if the text has no such end."""
        if not self.may_close or self._quotes % 2 == 0:
            return None
        cells = self._quoting.cells_after_closing(self.text)
        # Text that is broken with an odd number of quotes stays broken whatever follows, so it is examined only once.
        self.may_close = cells is not None
        return cells

    @property
    def has_open_quote(self) -> bool:
        return self.is_quoted and self._quotes % 2 == 1

    def may_continue(self) -> bool:
        """Whether the next line may belong to the row: a quote is still open, or cells are missing."""
        if self.cells_after_closing is not None:
            return False
        return self.count < self._shape.min_cells or self.has_open_quote

    def is_complete(self) -> bool:
        """Whether this is certainly the entire row: its quote was closed after all, or it has all values."""
        return self._quotes % 2 == 0 or self.is_whole()

    def is_whole(self) -> bool:
        """Whether it has all values of a row. A truncated line counts as whole, so that it does not fail the file."""
        if self._is_whole is None:
            self._is_whole = self.first.truncated_quotes is not None or self._has_all_values(plain=False)
        return self._is_whole

    def stands_alone(self) -> bool:
        """Whether it is certainly a row of its own, and not the rest of the row above."""
        return self._has_all_values(plain=True) and not is_prose(self._left_cells)

    def _has_all_values(self, *, plain: bool) -> bool:
        if self.count < self._shape.min_cells:
            return False
        right = self._last.split(self._quoting.delimiter)
        return self._shape.is_whole(self._left_cells, right, self.count, self.sound_cells, plain=plain)

    @property
    def _left_cells(self) -> list[str]:
        return [*self._before, *self._rest.split(self._quoting.delimiter)]

    @property
    def text(self) -> str:
        """The text as received, or the beginning of a row that is too long."""
        return "".join(self._parts)

    @property
    def header(self) -> str:
        """The header of the broken cell."""
        return self._shape.columns[self.sound_cells].header
