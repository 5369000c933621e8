"""Every row of the sheet below its header: the fast way for lines that are rows, `damage.py` for all others."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import NamedTuple

from pipeline.domain.cells import clean
from pipeline.domain.damage import RowsByLine
from pipeline.domain.likeness import Likeness
from pipeline.domain.lines import Block, Lines
from pipeline.domain.quoting import Quoting
from pipeline.domain.records import Keys, Row, SoundRows

_BYTES_A_CHARACTER = 4  # at most, in UTF-8


class SoundLines(NamedTuple):
    """So many lines that are sound rows beyond doubt, each by itself; with their keys where those are asked for."""

    lines: int
    keys: Keys | None = None


FindSound = Callable[[Block, int], SoundLines | None]
"""The sound lines of a block from a place in it on."""


class SheetRows:
    """The rows in order, without row numbers; blank ones count as sheet rows, but do not come out.

    Those that `find_sound` knows come out together, and are not split into cells.
    """

    def __init__(
        self,
        lines: Lines,
        delimiter: str,
        likeness: Likeness,
        sheet_rows_above: int,
        find_sound: FindSound | None = None,
    ) -> None:
        self._lines = lines
        self._quoting = Quoting(delimiter)
        self._by_line = RowsByLine(lines, self._quoting, likeness)
        self._width = likeness.width
        self._surely_short = lines.limit // _BYTES_A_CHARACTER
        self._sheet_row = sheet_rows_above
        self._find_sound = find_sound

    def __iter__(self) -> Iterator[Row | SoundRows]:
        while (block := self._lines.block()) is not None:
            if self._find_sound:
                yield from self._mostly_sound(block, self._find_sound)
            else:
                yield from self._one_by_one(block, 0, len(block.texts))

    def _mostly_sound(self, block: Block, find_sound: FindSound) -> Iterator[Row | SoundRows]:
        at, end = 0, len(block.texts)
        while at < end:
            if sound := find_sound(block, at):
                yield self._together(block, at, sound)
                at += sound.lines
            if at < end:
                is_block_done = yield from self._one_by_one(block, at, at + 1)
                at = end if is_block_done else at + 1

    def _together(self, block: Block, at: int, sound: SoundLines) -> SoundRows:
        first_sheet_row = self._sheet_row + 1
        self._sheet_row += sound.lines
        last_cells = partial(self._quoting.cells_of_sound, block.texts[at + sound.lines - 1])
        return SoundRows(0, block.first + at, first_sheet_row, sound.lines, sound.keys, last_cells)

    def _one_by_one(self, block: Block, start: int, stop: int) -> Generator[Row, None, bool]:
        """The rows of a part of a block as far as each line is one; the first other line is read in its own way, which
        may take more lines. Returns whether it was: then nothing is left of this block."""
        width, delimiter, surely_short = self._width, self._quoting.delimiter, self._surely_short
        cells_if_sound, sheet_row = self._quoting.cells_if_sound, self._sheet_row
        texts = block.texts if stop - start == len(block.texts) else block.texts[start:stop]
        for at, text in enumerate(texts, start):
            cells = text.split(delimiter) if '"' not in text else cells_if_sound(text)
            if cells is None or len(text) > surely_short:
                self._lines.leave(block, at)
                yield from self._row_by_line()
                return True
            sheet_row += 1
            if len(cells) == width:
                if cells[0][:1].isalnum() or any(map(clean, cells)):
                    yield Row(0, block.first + at, sheet_row, cells)
            elif any(map(clean, cells)):
                yield self._by_line.whole_row([block.line(at)], sheet_row, cells)
            self._sheet_row = sheet_row
        return False

    def _row_by_line(self) -> Iterator[Row]:
        line = self._lines.line()
        if line is not None:
            self._sheet_row += 1
            row = self._by_line.row(line, self._sheet_row)
            if row.malformed or any(map(clean, row.cells)):
                yield row
