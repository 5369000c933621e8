"""Long runs of damaged rows, such as tiny lines full of quotes: counted without building each row.

Reading a damaged row takes many steps, and a file may have a row in every two bytes. Regular expressions recognize the
rows whose end and damage do not depend on their neighbours; `damaged_rows.py` reads all others.
"""

from functools import cached_property
from itertools import accumulate, compress, takewhile
from typing import NamedTuple

from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.short_row_patterns import ShortRowPatterns
from pipeline.reading.rows.split_rows import MAX_ROWS_BELOW

_MIN_RUN_ROWS = 3


class ShortRun(NamedTuple):
    """A run: the lines on which its damaged rows start, how many sheet rows are above each of them in the run, the
    number of its sheet rows, and its end."""

    starts: list[int]
    sheet_rows_above: list[int]
    sheet_rows: int
    end: int


class ShortRowRuns:
    """Finds such runs in the blocks of one file."""

    def __init__(self, delimiter: str, shape: RowShape, limit: int) -> None:
        self._delimiter, self._shape = delimiter, shape
        self._may_begin_blank = ShortRowPatterns.may_begin_blank(delimiter)
        self._longest_row = limit // MAX_BYTES_PER_CHARACTER
        self._texts: list[str] = []
        self._text = ""
        self._starts = [0]

    def find(self, block: Block, at: int, stop: int, damaged_above: int) -> ShortRun | None:
        """The run between `at` and `stop`; None if it is too short.

        Up to `MAX_ROWS_BELOW` damaged rows may prove a row above them malformed, so that many must be above the run or
        in it; other runs have only blank rows. The last damaged row of a run is left out, because it may be the
        beginning of the row below it.
        """
        is_cut_off = damaged_above >= MAX_ROWS_BELOW
        may_have_damage = is_cut_off or damaged_above == 1
        if block.truncated_quotes is not None or not (may_have_damage or self._may_be_blank(block.texts[at])):
            return None
        self._join(block)
        begin, patterns = self._starts[at], self._patterns
        pattern = patterns.any_run if is_cut_off else patterns.sound_run if may_have_damage else patterns.blank_run
        run = pattern.match(self._text, begin, self._starts[stop])
        if run is None or run.end() - begin < _MIN_RUN_ROWS:
            return None
        rows = patterns.row.findall(self._text, begin, run.end())
        return self._run(rows, block.first, at, _MIN_RUN_ROWS if is_cut_off else MAX_ROWS_BELOW)

    def _run(self, rows: list[str], first: int, at: int, min_damaged: int) -> ShortRun | None:
        """The run of these rows if it is long enough; those of blank lines are empty."""
        if max(map(len, rows)) > self._longest_row:
            return None
        counts = [row.count("\n") or 1 for row in rows]
        if max(counts) > 1:
            is_blank = self._patterns.blank_row.fullmatch
            rows = ["" if count > 1 and is_blank(row) else row for row, count in zip(rows, counts, strict=True)]
        if len(rows) - rows.count("") <= min_damaged:
            rows = list(takewhile("".__eq__, rows))
        else:
            while not rows.pop():
                pass
        if len(rows) < _MIN_RUN_ROWS:
            return None
        *lines, end = accumulate(counts[: len(rows)], initial=first + at)
        above = compress(range(len(rows)), rows)
        return ShortRun(list(compress(lines, rows)), list(above), len(rows), end - first)

    def _may_be_blank(self, text: str) -> bool:
        return text[:1] in self._may_begin_blank

    @cached_property
    def _patterns(self) -> ShortRowPatterns:
        return ShortRowPatterns(self._delimiter, self._shape)

    def _join(self, block: Block) -> None:
        if block.texts is not self._texts:
            self._texts = block.texts
            self._text = "\n".join([*block.texts, ""])
            self._starts = list(accumulate((len(text) + 1 for text in block.texts), initial=0))
