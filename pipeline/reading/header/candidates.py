"""Reading a line as the header with one of the possible delimiters."""

from dataclasses import dataclass
from typing import Self

from pipeline.domain.cells import clean
from pipeline.domain.columns import columns_served, has_fix_file_marks
from pipeline.domain.decisions import Decisions
from pipeline.domain.header_matching import match_header
from pipeline.reading.lines import Line, Lines
from pipeline.reading.quoting import Quotes, Quoting
from pipeline.reading.rows.damaged_text import joined

_MAX_LINES, _MAX_CELLS = 1000, 10_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible header."""

    delimiter: str
    cells: list[str]
    last_line: int
    is_broken: bool
    """Whether it has a quote that is not closed."""
    columns: frozenset[str]
    """The columns that its cells name."""

    @property
    def column_count(self) -> int:
        return len(self.columns)

    def is_complete(self, decisions: Decisions) -> bool:
        return not self.is_broken and not decisions.missing_columns(self.columns)

    @property
    def is_of_fix_file(self) -> bool:
        return has_fix_file_marks(self.cells)

    @property
    def filled_count(self) -> int:
        return sum(map(bool, map(clean, self.cells)))

    @classmethod
    def of_line(cls, delimiter: str, line: Line, decisions: Decisions) -> Self:
        """Reads the line alone, even if its quotes do not match."""
        cells = Quoting(delimiter).cells_if_sound(line.text)
        return cls.of_cells(delimiter, line.text.split(delimiter) if cells is None else cells, line.number, decisions)

    @classmethod
    def read(cls, delimiter: str, line: Line, lines: Lines, decisions: Decisions) -> Self:
        """Reads the row that begins with the line; a quoted cell may continue on the next ones. Consumes no line."""
        quoting = Quoting(delimiter)
        is_open = quoting.classify(line.text) is Quotes.OPEN
        header_lines = lines_until_closed(line, lines) if is_open else [line]
        sound = quoting.cells_if_sound(joined(header_lines))
        whole = None if sound is None else cls.of_cells(delimiter, sound, header_lines[-1].number, decisions)
        if whole and not is_open:
            return whole
        text = line.text.replace('"', "") if len(header_lines) > 1 else line.text
        alone = cls.of_cells(delimiter, _split_leniently(text, quoting), line.number, decisions, is_broken=is_open)
        return whole if whole and whole.column_count >= alone.column_count else alone

    @classmethod
    def of_cells(
        cls, delimiter: str, cells: list[str], last_line: int, decisions: Decisions, *, is_broken: bool = False
    ) -> Self:
        """Reads cells that are split already."""
        columns = columns_served(match_header(cells[:_MAX_CELLS], decisions))
        return cls(delimiter, cells, last_line, is_broken, frozenset(columns))


def _split_leniently(text: str, quoting: Quoting) -> list[str]:
    lenient = quoting.split_leniently(text)
    return lenient.cells if lenient else quoting.cells_as_csv_reads_them(text)


def lines_until_closed(first: Line, lines: Lines) -> list[Line]:
    """The lines from the one in which a quote opens to the one that closes it, if any does soon. Consumes none."""
    header_lines, size = [first], len(first.text)
    while size <= lines.limit and len(header_lines) < _MAX_LINES and (line := lines.next_line()):
        header_lines.append(line)
        size += len(line.text)
        if line.quotes % 2:
            break
    lines.put_back(header_lines[1:])
    return header_lines
