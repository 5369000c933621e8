"""Every row of the sheet below its header: a fast path for lines that are rows, `damaged_rows.py` for all others."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import NamedTuple

from pipeline.domain.cells import are_blank
from pipeline.domain.known_answers import MAX_LENGTH
from pipeline.domain.records import DamagedRow, Keys, Place, Row, ShortRows, SoundRows
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block, Lines
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.damaged_rows import RowsByLine
from pipeline.reading.rows.known_rows import KnownRows
from pipeline.reading.rows.lines_within import IsRecord
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.short_rows import ShortRowRuns, ShortRun
from pipeline.reading.rows.split_rows import MAX_ROWS_BELOW

_MAX_VAIN_SEARCHES = 80


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
    `is_record`, a file fails if a quoted cell contains a record without errors. Lines that repeat earlier ones, of at
    most `max_known_length` characters, are not read again.
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
        max_known_length: int = MAX_LENGTH,
    ) -> None:
        self._lines = lines
        self._quoting = Quoting(delimiter)
        max_known_length = min(max_known_length, lines.limit // MAX_BYTES_PER_CHARACTER)  # below any truncated line
        self._known = KnownRows(max_known_length)
        self._by_line = RowsByLine(lines, self._quoting, shape, is_record, max_known_length=max_known_length)
        self._short_rows = ShortRowRuns(delimiter, shape, lines.limit)
        self._damaged_above = 0
        """The number of consecutive damaged rows up to here, or the maximum if one of them has broken quotes."""
        self._vain_searches = self._next_search = 0
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
                if short := self._find_short(block, at, stop):
                    at = short.end
                    if short.starts:
                        yield self._damaged_rows(short)
                    self._row_number += len(short.starts)
                    self._sheet_row += short.sheet_rows
                else:
                    at = yield from self._rows_of_lines(block, at, stop)

    def _find_short(self, block: Block, at: int, stop: int) -> ShortRun | None:
        """A run of short rows; after searches in vain, it is searched for only every few rows."""
        if self._row_number < self._next_search:
            return None
        run = self._short_rows.find(block, at, stop, self._damaged_above)
        self._vain_searches = 0 if run else min(self._vain_searches + 1, _MAX_VAIN_SEARCHES)
        self._next_search = self._row_number + self._vain_searches // 4
        return run

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
            is_plain = cells is not None and len(cells) == width and len(text) <= max_characters
            if is_plain and cells and (cells[-1] or any(cells[1:])):
                sheet_row += 1
                # Cheap tests first: most rows begin with a letter or a digit, so they are not blank.
                if cells[0][:1].isalnum() or not are_blank(cells):
                    row_number += 1
                    yield Row(row_number, block.first + at, sheet_row, cells)
                continue
            self._row_number, self._sheet_row = row_number, sheet_row
            row, after = self._other_row(block, at, cells)
            if row:
                self._count_damage(row, is_next=at == start)
                yield row
            if row or after != at + 1:
                return after
            sheet_row = self._sheet_row
        self._row_number, self._sheet_row, self._damaged_above = row_number, sheet_row, 0
        return stop

    def _other_row(self, block: Block, at: int, cells: list[str] | None) -> tuple[Row | None, int]:
        """The row that begins on a line, None if it is blank, and the position after it. `cells` are those of the line
        if its quotes are sound."""
        place, after = self._next_place(block.first + at), at + 1
        if known := self._known.find(block, at):
            row, after = known.row.at(place), at + known.lines
        elif cells is None or len(block.texts[at]) > self._max_characters:
            self._lines.put_back_block(block, after)
            row = self._by_line.row(block.line(at), place)
            after = self._lines.resume(block)
            decided_by = self._by_line.last_examined + 1 - place.line
            row = self._known.keep(block, at, row, after - at, decided_by=decided_by)
        elif are_blank(cells):
            self._sheet_row += 1
            return None, after
        else:
            row = self._by_line.whole_row(place, block.texts[at], cells)
            row = self._known.keep(block, at, row, 1, decided_by=1)
        self._sheet_row += 1
        if not row.is_malformed and are_blank(row.cells):
            return None, after
        self._row_number += 1
        return row, after

    def _count_damage(self, row: Row, *, is_next: bool) -> None:
        """Counts consecutive damaged rows."""
        if not isinstance(row, DamagedRow):
            self._damaged_above = 0
        elif not row.quotes_match:
            self._damaged_above = MAX_ROWS_BELOW
        else:
            self._damaged_above = self._damaged_above + 1 if is_next else 1
