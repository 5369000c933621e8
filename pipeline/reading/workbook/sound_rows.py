"""Finding the sound rows of a sheet as those of a text are found: as lines, many at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

from pipeline.domain.cells import are_blank
from pipeline.domain.columns import Column
from pipeline.domain.failures import UnacceptableFile
from pipeline.domain.numbers import NUMBER_COLUMNS
from pipeline.domain.records import Row, SoundRows
from pipeline.reading.lines import Block
from pipeline.reading.rows.sheet_rows import FindSound
from pipeline.reading.sheet import JOINED_BY
from pipeline.reading.workbook.rows import SheetRow

_MOST_ROWS, _MOST_CHARACTERS = 500, 256 * 1024  # at once
_NO_LINE = ""  # of a row that cannot be said by a line; it is never sound


class SoundRowFinder:
    """Yields groups of sound rows, and every other row by itself."""

    def __init__(
        self, columns: Sequence[Column], find_sound: FindSound, row_of: Callable[[int, SheetRow], Row]
    ) -> None:
        self._find_sound, self._row_of = find_sound, row_of
        self._width, self._row_number = len(columns), 0
        named = {at: [name for name in column.columns if name in NUMBER_COLUMNS] for at, column in enumerate(columns)}
        self._number_columns = {at: names for at, names in named.items() if names}
        self._number_positions = frozenset(self._number_columns)

    def groups(self, rows: Iterable[SheetRow]) -> Iterator[Row | SoundRows]:
        """Rows from the first below the header on."""
        together: list[SheetRow] = []
        lines: list[str] = []
        characters = 0
        try:
            for row in rows:
                is_full = len(together) >= _MOST_ROWS or characters > _MOST_CHARACTERS
                if together and (is_full or row.sheet_row != together[-1].sheet_row + 1):
                    yield from self._find(together, lines)
                    together, lines, characters = [], [], 0
                together.append(row)
                lines.append(self._line(row))
                characters += len(lines[-1]) or sum(map(len, row.cells))
        except UnacceptableFile:  # which comes after all rows above it
            yield from self._find(together, lines)
            raise
        yield from self._find(together, lines)

    def _line(self, row: SheetRow) -> str:
        cells = row.cells
        if row.faults or are_filled_beyond(cells, self._width):
            return _NO_LINE
        line = JOINED_BY.join(cells if len(cells) == self._width else fitted(cells, self._width))
        return _NO_LINE if '"' in line or "\n" in line or "\r" in line else line

    def _find(self, rows: Sequence[SheetRow], lines: list[str]) -> Iterator[Row | SoundRows]:
        """The groups of rows that are below each other in the sheet."""
        numbers = self._separate_numbers(rows, lines)
        block, at = Block(rows[0].sheet_row if rows else 0, lines, "\n"), 0
        while at < len(rows):
            sound = self._find_sound(block, at)
            if sound.lines:
                last = rows[at + sound.lines - 1]
                sheet_row = rows[at].sheet_row
                yield SoundRows(
                    self._row_number + 1,
                    sheet_row,
                    sheet_row,
                    sound.lines,
                    sound.keys,
                    partial(list, last.cells),
                    numbers,
                )
                self._row_number += sound.lines
                at += sound.lines
            for row in rows[at : at + sound.others]:
                self._row_number += 1
                yield self._row_of(self._row_number, row)
            at += sound.others

    def _separate_numbers(self, rows: Sequence[SheetRow], lines: list[str]) -> Sequence[str]:
        """The columns in which number cells are, so that rows with texts there are not among the sound ones."""
        kinds = {row.numbers for row in rows}
        numbers = self._number_positions.intersection(chain.from_iterable(kinds))
        if len(kinds) > 1:
            for at, row in enumerate(rows):
                if any(row.cells[place : place + 1] not in ([], [""]) for place in numbers - row.numbers):
                    lines[at] = _NO_LINE
        return [name for at in numbers for name in self._number_columns[at]]


def are_filled_beyond(cells: Sequence[str], width: int) -> bool:
    return len(cells) > width and not are_blank(cells[width:])


def fitted(cells: list[str], width: int) -> list[str]:
    """As many cells as the header has."""
    return cells[:width] + [""] * (width - len(cells))
