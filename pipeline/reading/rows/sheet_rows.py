"""Every row of the sheet below its header: the fast way for lines that are rows, `damaged_rows.py` for all others."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import NamedTuple

from pipeline.domain.cells import clean
from pipeline.domain.records import Keys, Row, ShortRows, SoundRows
from pipeline.reading.lines import Block, Lines
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.damaged_rows import IsRecord, RowsByLine
from pipeline.reading.rows.row_shape import Likeness

_BYTES_A_CHARACTER = 4  # at most, in UTF-8
_FEWEST_TOGETHER = 200  # short lines; fewer may be the inside of a text that has lost its opening quote


class SoundLines(NamedTuple):
    """So many lines that are sound rows beyond doubt, each by itself, and how many behind them are none; with the keys
    of the sound ones where those are asked for."""

    lines: int
    keys: Keys | None = None
    others: int = 1


FindSound = Callable[[Block, int], SoundLines]
"""The sound lines of a block from a place in it on."""


class SheetRows:
    """The rows in order, without row numbers; blank ones count as sheet rows, but do not come out.

    Those that `find_sound` knows come out together, and are not split into cells; and so do long runs of short lines.
    `is_record` tells a record without errors; without it, no file is refused because a quoted cell has one in it.
    """

    def __init__(
        self,
        lines: Lines,
        delimiter: str,
        likeness: Likeness,
        sheet_rows_above: int,
        *,
        find_sound: FindSound | None = None,
        is_record: IsRecord | None = None,
    ) -> None:
        self._lines = lines
        self._quoting = Quoting(delimiter)
        self._by_line = RowsByLine(lines, self._quoting, likeness, is_record)
        self._width, self._fewest = likeness.width, likeness.fewest
        self._surely_short = lines.limit // _BYTES_A_CHARACTER
        self._sheet_row = sheet_rows_above
        self._find_sound = find_sound

    def __iter__(self) -> Iterator[Row | SoundRows | ShortRows]:
        while (taken := self._lines.block()) is not None:
            if self._find_sound:
                yield from self._mostly_sound(*taken, self._find_sound)
            else:
                yield from self._one_by_one(*taken, len(taken[0].texts))

    def _mostly_sound(self, block: Block, at: int, find_sound: FindSound) -> Iterator[Row | SoundRows | ShortRows]:
        end = len(block.texts)
        while at < end:
            sound = find_sound(block, at)
            if sound.lines:
                yield self._together(block, at, sound)
                at += sound.lines
            stop = min(at + sound.others, end)
            if at < stop and (short := self._short_lines(block, at, stop)):
                yield ShortRows(0, block.first + at, short)
                self._sheet_row += short
                at += short
            if at < stop and (yield from self._one_by_one(block, at, stop)):
                return
            at = stop

    def _together(self, block: Block, at: int, sound: SoundLines) -> SoundRows:
        first_sheet_row = self._sheet_row + 1
        self._sheet_row += sound.lines
        last_cells = partial(self._quoting.cells_of_row, block.texts[at + sound.lines - 1])
        return SoundRows(0, block.first + at, first_sheet_row, sound.lines, sound.keys, last_cells)

    def _short_lines(self, block: Block, start: int, stop: int) -> int:
        """How many lines have no quotes and too few cells, each by itself a malformed row; 0 if they are few. The last
        one of them is not counted: it may be the beginning of the row below it."""
        if stop - start < _FEWEST_TOGETHER or block.lost_quotes is not None:
            return 0
        delimiter, most = self._quoting.delimiter, self._fewest - 2
        count = 0
        for text in block.texts[start:stop]:
            if '"' in text or text.count(delimiter) > most or not text[:1].isalnum() or len(text) > self._surely_short:
                break
            count += 1
        return count - 1 if count > _FEWEST_TOGETHER else 0

    def _one_by_one(self, block: Block, start: int, stop: int) -> Generator[Row, None, bool]:
        """The rows of a part of a block as far as each line is one; the first other line is read in its own way, which
        may take more lines. Returns whether it was: then nothing is left of this block."""
        width, delimiter, surely_short = self._width, self._quoting.delimiter, self._surely_short
        cells_if_sound, sheet_row = self._quoting.cells_if_sound, self._sheet_row
        texts = block.texts if stop - start == len(block.texts) else block.texts[start:stop]
        for at, text in enumerate(texts, start):
            if not text:
                sheet_row += 1
                continue
            cells = text.split(delimiter) if '"' not in text else cells_if_sound(text)
            if cells is None or len(text) > surely_short:
                self._sheet_row = sheet_row
                self._lines.leave(block, at)
                yield from self._row_by_line()
                return True
            sheet_row += 1
            if len(cells) == width and (cells[-1] or any(cells[1:])):
                if cells[0][:1].isalnum() or any(map(clean, cells)):
                    yield Row(0, block.first + at, sheet_row, cells)
            elif any(map(clean, cells)):
                yield self._by_line.whole_row(block.line(at), sheet_row, text, cells)
        self._sheet_row = sheet_row
        return False

    def _row_by_line(self) -> Iterator[Row]:
        line = self._lines.line()
        if line is not None:
            self._sheet_row += 1
            row = self._by_line.row(line, self._sheet_row)
            if row.malformed or any(map(clean, row.cells)):
                yield row
