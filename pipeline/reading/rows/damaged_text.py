"""The lines of a row that is broken for sure, while they are being gathered: how much of a row they make."""

from collections.abc import Sequence

from pipeline.domain.records import MAX_ORIGINAL_CELL
from pipeline.reading.lines import Block, Line, size_of
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.row_shape import Likeness, is_prose


def joined(lines: Sequence[Line]) -> str:
    """The text of lines that follow one another, without the last one's end."""
    return "".join([*(line.text + line.end for line in lines[:-1]), lines[-1].text])


class Ruin:
    """A row's first line, and what is added to it. Keeps no more of the text than a row may have."""

    def __init__(self, first: Line, quoting: Quoting, likeness: Likeness, limit: int) -> None:
        self.first, self._quoting, self._likeness = first, quoting, likeness
        before, rest = quoting.sound_cells_before_trouble(first.text)
        self._before, self._rest = before, rest
        self._last = first.text
        self._is_whole: bool | None = None
        self.sound_cells = min(len(before), likeness.width - 1)
        self.is_quoted = rest.startswith('"') or first.lost_quotes is not None
        self.may_close = not self.is_quoted
        self._quotes = first.quotes
        self._limit, self._parts = limit, [first.text]
        self._end = first.end
        self.count = len(before) + 1 + rest.count(quoting.delimiter)
        if first.lost_quotes is not None:
            self.count = max(self.count, likeness.fewest)
        self.size = size_of(first.text)
        self._kept = len(first.text)
        self.cells_after_closing = self._read_from_inside()

    def add(self, block: Block) -> None:
        """Adds lines that follow."""
        text = block.text
        end = block.end(len(block.texts) - 1)
        body = text[: len(text) - len(end)] if end else text
        self._last, self._is_whole = block.texts[-1], None
        self.count += body.count(self._quoting.delimiter)
        self.size += size_of(body) + len(self._end)
        if self.size <= self._limit:
            self._parts += (self._end, body)
        elif self._kept < MAX_ORIGINAL_CELL:
            self._parts += (self._end, body[:MAX_ORIGINAL_CELL])
        self._kept += len(self._end) + len(body)
        self._end = end
        if '"' in body:
            self._quotes += body.count('"') + (block.lost_quotes or 0)
            self.cells_after_closing = self._read_from_inside()

    def _read_from_inside(self) -> int | None:
        """How many cells follow the end of a cell that was open before all this; None if it does not read so."""
        if not self.may_close or self._quotes % 2 == 0:
            return None
        cells = self._quoting.cells_after_closing(self.text)
        # What was broken with an odd number of quotes stays so, whatever follows: it is looked at once.
        self.may_close = cells is not None
        return cells

    @property
    def has_open_quote(self) -> bool:
        return self.is_quoted and self._quotes % 2 == 1

    def may_go_on(self) -> bool:
        """Whether the next line may belong to it: a quote is still open, or it has too few cells."""
        if self.cells_after_closing is not None:
            return False
        return self.count < self._likeness.fewest or self.has_open_quote

    def is_complete(self) -> bool:
        """Whether it is plain that this is all of the row: its quote was closed after all, or it has every value."""
        return self._quotes % 2 == 0 or self.is_whole()

    def is_whole(self) -> bool:
        """Whether it has all the values that a row has. Of a line that is cut nobody knows; that is no reason to
        refuse the file."""
        if self._is_whole is None:
            self._is_whole = self.first.lost_quotes is not None or self._has_all_values(plain=False)
        return self._is_whole

    def stands_alone(self) -> bool:
        """Whether it is surely a row of its own, and not the rest of the one above."""
        return self._has_all_values(plain=True) and not is_prose(self._left)

    def _has_all_values(self, *, plain: bool) -> bool:
        if self.count < self._likeness.fewest:
            return False
        right = self._last.split(self._quoting.delimiter)
        return self._likeness.is_whole(self._left, right, self.count, self.sound_cells, plain=plain)

    @property
    def _left(self) -> list[str]:
        return [*self._before, *self._rest.split(self._quoting.delimiter)]

    @property
    def text(self) -> str:
        """As it was sent; of a row that is too long, its beginning."""
        return "".join(self._parts)

    @property
    def header(self) -> str:
        """The header over the cell that is broken."""
        return self._likeness.columns[self.sound_cells].header
