"""Every row of the sheet below its header: a fast path for lines that are rows, `damaged_rows.py` for all others."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import NamedTuple

from pipeline.domain.cells import are_blank
from pipeline.domain.records import DamagedRow, Keys, Place, Row, ShortRows, SoundRows
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block, Lines
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.damaged_rows import IsRecord, RowsByLine
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.short_rows import ShortRowRuns, ShortRun
from pipeline.reading.rows.split_rows import MAX_ROWS_BELOW


class SoundLines(NamedTuple):
    """The number of lines that are each a sound row, and of `others` that follow them; `keys`, if needed, are those of
    the sound rows."""

    lines: int
    keys: Keys | None = None
    others: int = 1


FindSound = Callable[[Block, int], SoundLines]
"""Finds the sound lines of a block, starting at a position."""


class SheetRows:
    """The rows in order. Blank rows count as sheet rows, but have no row number and are not yielded.

    Rows that `find_sound` recognizes, and long runs of short rows, are yielded as groups and not split into cells. With
    `is_record`, a file fails if a quoted cell contains a record without errors.
    """

    def __init__(
        self,
        lines: Lines,
        delimiter: str,
        shape: RowShape,
        sheet_rows_above: int,
        *,
        find_sound: FindSound | None = None,
        is_record: IsRecord | None = None,
    ) -> None:
        self._lines = lines
        self._quoting = Quoting(delimiter)
        self._by_line = RowsByLine(lines, self._quoting, shape, is_record)
        self._short_rows = ShortRowRuns(delimiter, shape, lines.limit)
        self._damaged_above = 0
        """The number of consecutive damaged rows up to here, or the maximum if one of them has broken quotes."""
        self._width = shape.width
        self._max_characters = lines.limit // MAX_BYTES_PER_CHARACTER
        self._row_number, self._sheet_row = 0, sheet_rows_above  # of the last row that was read
        self._find_sound = find_sound

    def __iter__(self) -> Iterator[Row | SoundRows | ShortRows]:
        while (next_block := self._lines.next_block()) is not None:
            if self._find_sound:
                yield from self._mostly_sound(*next_block, self._find_sound)
            else:
                yield from self._rows_to_the_end(*next_block)

    def _mostly_sound(self, block: Block, at: int, find_sound: FindSound) -> Iterator[Row | SoundRows | ShortRows]:
        end = len(block.texts)
        while at < end:
            sound = find_sound(block, at)
            if sound.lines:
                yield self._sound_rows(block, at, sound)
                at += sound.lines
                self._damaged_above = 0
            stop = min(at + sound.others, end)
            while at < stop:
                if short := self._short_rows.find(block, at, stop, self._damaged_above):
                    at = short.end
                    if short.starts:
                        yield self._damaged_rows(short)
                    self._row_number += len(short.starts)
                    self._sheet_row += short.sheet_rows
                else:
                    at = yield from self._rows_of_lines(block, at, stop)

    def _sound_rows(self, block: Block, at: int, sound: SoundLines) -> SoundRows:
        first = self._next_place(block.first + at)
        self._row_number += sound.lines
        self._sheet_row += sound.lines
        cells_of_last = partial(self._quoting.cells_of_row, block.texts[at + sound.lines - 1])
        return SoundRows(*first, sound.lines, sound.keys, cells_of_last)

    def _damaged_rows(self, run: ShortRun) -> ShortRows:
        sheet_rows = [self._sheet_row + 1 + above for above in run.sheet_rows_above]
        return ShortRows(self._row_number + 1, run.starts, sheet_rows)

    def _next_place(self, line: int) -> Place:
        return Place(self._row_number + 1, line, self._sheet_row + 1)

    def _rows_to_the_end(self, block: Block, at: int) -> Iterator[Row]:
        end = len(block.texts)
        while at < end:
            at = yield from self._rows_of_lines(block, at, end)

    def _rows_of_lines(self, block: Block, start: int, stop: int) -> Generator[Row, None, int]:
        """The rows of a part of a block, up to and including the first that is damaged or may span several lines.
        Returns the position after it, or the end of the block if the row extends beyond it."""
        width, delimiter, max_characters = self._width, self._quoting.delimiter, self._max_characters
        cells_if_sound = self._quoting.cells_if_sound
        row_number, sheet_row = self._row_number, self._sheet_row
        texts = block.texts
        for at in range(start, stop):
            text = texts[at]
            if not text:
                sheet_row += 1
                continue
            cells = text.split(delimiter) if '"' not in text else cells_if_sound(text)
            if cells is None or len(text) > max_characters:
                self._row_number, self._sheet_row = row_number, sheet_row
                if row := self._row_by_line(block, at, is_next=at == start):
                    yield row
                return self._lines.resume(block)
            sheet_row += 1
            if len(cells) == width and (cells[-1] or any(cells[1:])):
                # Cheap tests first: most rows begin with a letter or a digit, so they are not blank.
                if cells[0][:1].isalnum() or not are_blank(cells):
                    row_number += 1
                    yield Row(row_number, block.first + at, sheet_row, cells)
            elif not are_blank(cells):
                self._row_number, self._sheet_row = row_number + 1, sheet_row
                row = self._by_line.whole_row(Place(row_number + 1, block.first + at, sheet_row), text, cells)
                self._count_damage(row, is_next=at == start)
                yield row
                return at + 1
        self._row_number, self._sheet_row, self._damaged_above = row_number, sheet_row, 0
        return stop

    def _row_by_line(self, block: Block, at: int, *, is_next: bool) -> Row | None:
        """The row that begins at this position; None if it is blank."""
        line = block.line(at)
        self._lines.put_back_block(block, at + 1)
        row = self._by_line.row(line, self._next_place(line.number))
        self._sheet_row += 1
        if not row.is_malformed and are_blank(row.cells):
            return None
        self._row_number += 1
        self._count_damage(row, is_next=is_next)
        return row

    def _count_damage(self, row: Row, *, is_next: bool) -> None:
        """Counts consecutive damaged rows."""
        if not isinstance(row, DamagedRow):
            self._damaged_above = 0
        elif not row.quotes_match:
            self._damaged_above = MAX_ROWS_BELOW
        else:
            self._damaged_above = self._damaged_above + 1 if is_next else 1
