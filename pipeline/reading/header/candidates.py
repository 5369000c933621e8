"""A line read as the header under one delimiter."""

from dataclasses import dataclass
from typing import Self

from pipeline.domain.cells import clean
from pipeline.domain.columns import REQUIRED, column_of
from pipeline.reading.lines import Line, Lines
from pipeline.reading.quoting import Quotes, Quoting
from pipeline.reading.rows.damaged_text import joined

_MAX_LINES, _MAX_CELLS = 1000, 10_000
_REQUIRED = frozenset(REQUIRED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the header would be."""

    delimiter: str
    cells: list[str]
    last_line: int
    is_broken: bool
    """Whether a quote opens in it and does not close."""
    names: frozenset[str]
    """The columns that it finds."""

    @property
    def known(self) -> int:
        return len(self.names)

    @property
    def is_complete(self) -> bool:
        return not self.is_broken and self.names >= _REQUIRED

    @property
    def filled(self) -> int:
        return sum(map(bool, map(clean, self.cells)))

    @classmethod
    def of_line(cls, delimiter: str, line: Line) -> Self:
        """The line by itself, whatever its quotes."""
        cells = Quoting(delimiter).cells_if_sound(line.text)
        return cls._of(delimiter, line.text.split(delimiter) if cells is None else cells, line.number)

    @classmethod
    def read(cls, delimiter: str, line: Line, lines: Lines) -> Self:
        """The row that begins with the line; a quoted cell may go on over the next ones. Takes none of them away."""
        quoting = Quoting(delimiter)
        is_open = quoting.of(line.text) is Quotes.OPEN
        taken = _until_closed(line, lines) if is_open else [line]
        sound = quoting.cells_if_sound(joined(taken))
        whole = None if sound is None else cls._of(delimiter, sound, taken[-1].number)
        if whole and not is_open:
            return whole
        text = line.text.replace('"', "") if len(taken) > 1 else line.text
        alone = cls._of(delimiter, _leniently(text, quoting), line.number, is_broken=is_open)
        return whole if whole and whole.known >= alone.known else alone

    @classmethod
    def _of(cls, delimiter: str, cells: list[str], last_line: int, *, is_broken: bool = False) -> Self:
        columns = {column_of(cell) for cell in cells[:_MAX_CELLS]}
        return cls(delimiter, cells, last_line, is_broken, frozenset(filter(None, columns)))


def _leniently(text: str, quoting: Quoting) -> list[str]:
    lenient = quoting.lenient(text)
    return lenient.cells if lenient else quoting.cells_as_csv_reads_them(text)


def _until_closed(first: Line, lines: Lines) -> list[Line]:
    taken, size = [first], len(first.text)
    while size <= lines.limit and len(taken) < _MAX_LINES and (line := lines.line()):
        taken.append(line)
        size += len(line.text)
        if line.quotes % 2:
            break
    lines.put_back(taken[1:])
    return taken
