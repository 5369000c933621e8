"""The lines of a row that is broken for sure, while they are being gathered: how much of a row they make."""

from collections.abc import Sequence

from pipeline.domain.likeness import Likeness, is_prose
from pipeline.domain.lines import Line
from pipeline.domain.one_line import one_line
from pipeline.domain.quoting import Quoting
from pipeline.domain.records import MAX_ORIGINAL_CELL


def joined(lines: Sequence[Line]) -> str:
    """The text of lines that follow one another, without the last one's end."""
    return "".join([*(line.text + line.end for line in lines[:-1]), lines[-1].text])


class Ruin:
    """A row's first line, and what is added to it. Keeps no more of the text than a row may have."""

    def __init__(self, first: Line, quoting: Quoting, likeness: Likeness, limit: int) -> None:
        self._first, self._quoting, self._likeness = first, quoting, likeness
        before, rest = quoting.sound_cells_before_trouble(first.text)
        self._left = [*before, *rest.split(quoting.delimiter)]
        self._right = self._left
        self.sound_cells = min(len(before), likeness.width - 1)
        self._is_quoted = rest.startswith('"') or first.lost_quotes is not None
        self._quotes = first.quotes
        self._end = first.end
        self._limit, self._parts = limit, [first.text]
        self.count = len(self._left) if first.lost_quotes is None else max(len(self._left), likeness.fewest)
        self.size = len(first.text.encode("utf-8", "replace"))
        self.text = first.text[:MAX_ORIGINAL_CELL]
        self.cells_after_closing = self._read_from_inside(first.text)

    def add(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self._right = line.text.split(self._quoting.delimiter)
            self._quotes += line.quotes
            self.count += len(self._right) - 1
            self.size += len(line.text.encode("utf-8", "replace")) + len(self._end)
            if self.size <= self._limit:
                self._parts += (self._end, line.text)
            if len(self.text) < MAX_ORIGINAL_CELL:
                self.text = (self.text + self._end + line.text)[:MAX_ORIGINAL_CELL]
            self._end = line.end
        self.cells_after_closing = self._read_from_inside(self.text)

    def _read_from_inside(self, text: str) -> int | None:
        """How many cells follow the end of a cell that was open before all this; None if it does not read so."""
        if self._is_quoted or self._quotes % 2 == 0:
            return None
        return self._quoting.cells_after_closing(text)

    def may_go_on(self) -> bool:
        """Whether the next line may belong to it: a quote is still open, or it has too few cells."""
        if self.cells_after_closing is not None:
            return False
        return self.count < self._likeness.fewest or (self._is_quoted and self._quotes % 2 == 1)

    def is_complete(self) -> bool:
        """Whether it is plain that this is all of the row: its quote was closed after all, or it has every value."""
        return self._quotes % 2 == 0 or self.is_whole()

    def is_whole(self) -> bool:
        """Whether it has all the values that a row has. Of a line that is cut nobody knows; that is no reason to
        refuse the file."""
        if self._first.lost_quotes is not None:
            return True
        return self._likeness.is_whole(self._left, self._right, self.count, self.sound_cells)

    def stands_alone(self) -> bool:
        """Whether it is surely a row of its own, and not the rest of the one above."""
        is_plain = self._likeness.is_whole(self._left, self._right, self.count, self.sound_cells, plain=True)
        return is_plain and not is_prose(self._left)

    @property
    def cells(self) -> list[str]:
        """As far as they split."""
        return self._quoting.cells_of_damaged("".join(self._parts))

    @property
    def header(self) -> str:
        """The header over the cell that is broken."""
        return self._likeness.columns[self.sound_cells].header

    @property
    def trouble(self) -> str:
        return (
            f'The quotes in the cell under "{one_line(self.header)}" do not match:'
            ' a " inside a cell is written "" and the cell put in quotes'
        )
