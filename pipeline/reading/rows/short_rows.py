"""Long runs of rows that surely have too few cells, such as tiny lines full of quotes: counted without being made.

A row takes many steps, and a file may have one in every two bytes. Patterns know the rows whose end and whose damage
depend on nothing around them; all others are read by `damaged_rows.py`.
"""

import re
from functools import cached_property
from itertools import accumulate

from pipeline.domain.cells import STRIPPED
from pipeline.domain.records import ShortRows
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block
from pipeline.reading.rows.split_rows import MAX_ROWS_BELOW

# Characters in one piece of a cell, so that an open quote is not followed through the whole block again and again.
_MAX_PIECE_LENGTH = 500
_MAX_PARTS = 20  # of a cell, behind its doubled quotes and line ends
_MAX_TEXT_LENGTH = (_MAX_PIECE_LENGTH + len('""')) * (_MAX_PARTS + 1)
_MIN_RUN_ROWS = 3


class ShortRowRuns:
    """Finds such runs in the blocks of one file, whose rows have at least `fewest` cells unless they are damaged."""

    def __init__(self, delimiter: str, fewest: int, limit: int) -> None:
        self._delimiter, self._most_delimiters = delimiter, fewest - 2
        self._longest_row = limit // MAX_BYTES_PER_CHARACTER
        self._texts: list[str] = []
        self._text = ""
        self._starts = [0]

    def find(self, block: Block, at: int, stop: int, damaged_above: int) -> tuple[ShortRows, int, int] | None:
        """The run from `at` on, at most up to `stop`; how many sheet rows it has, and its end. None if it is short.

        Damaged rows may say that a sound row above is none, the first `MAX_ROWS_BELOW` of them as long as their quotes
        match. So many have to be above, or in the run. Its last row may be the beginning of the one below it, and is
        left out.
        """
        if block.lost_quotes is not None:
            return None
        self._join(block)
        is_cut_off = damaged_above >= MAX_ROWS_BELOW
        begin = self._starts[at]
        pattern, any_run, sound_run = self._patterns
        run = (any_run if is_cut_off else sound_run).match(self._text, begin, self._starts[stop])
        if run is None or run.end() - begin < _MIN_RUN_ROWS:
            return None
        rows = pattern.findall(self._text, begin, run.end())
        while rows and not rows.pop():
            pass
        lines = list(accumulate((row.count("\n") or 1 for row in rows), initial=block.first + at))
        end = lines.pop() - block.first
        starts = [line for line, row in zip(lines, rows, strict=True) if row]
        if len(starts) < (_MIN_RUN_ROWS if is_cut_off else MAX_ROWS_BELOW) or max(map(len, rows)) > self._longest_row:
            return None
        return ShortRows(0, starts), len(rows), end

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
        """Of a row, captured unless it is blank; of a run of any; and of a run of those whose quotes are sound."""
        blank, sound, closing = _patterns(self._delimiter, self._most_delimiters)
        texts = f"{blank}|({sound}|{closing})", f"(?:{blank}|{sound}|{closing})*+", f"(?:{blank}|{sound})*+"
        row, any_run, sound_run = map(re.compile, texts)
        return row, any_run, sound_run

    def _join(self, block: Block) -> None:
        if block.texts is not self._texts:
            self._texts = block.texts
            self._text = "\n".join([*block.texts, ""])
            self._starts = list(accumulate((len(text) + 1 for text in block.texts), initial=0))


def _patterns(delimiter: str, most: int) -> tuple[str, str, str]:
    """Of a blank line; of a row with sound quotes, maybe of several lines; and of a line whose first quote would close
    a cell, had one been open. None of these lines has more than so many delimiters."""
    mark, blank = re.escape(delimiter), STRIPPED.replace("\n", "").replace(delimiter, "")
    unseen = rf'(?:"[{STRIPPED}]{{0,{_MAX_TEXT_LENGTH}}}+"|[{blank}]*+)'
    outside = rf"[^{mark}\n]{{0,{_MAX_PIECE_LENGTH}}}+"
    has_few_cells = rf"(?={outside}(?:{mark}{outside}){{0,{most}}}+\n)"
    inside = rf'[^"\n]{{0,{_MAX_PIECE_LENGTH}}}+'
    plain = rf'[^"{mark}\n]{{0,{_MAX_PIECE_LENGTH}}}+'
    doubled = rf'(?:""{inside}){{0,{_MAX_PARTS}}}+'
    go_on = rf'(?:(?<!=)""|\n{has_few_cells})'  # `="…"` may be blank, whatever is in it
    cell = rf'(?:"{inside}(?:{go_on}{inside}){{0,{_MAX_PARTS}}}+"|{plain})'
    cell_of_a_line = rf'(?:"{inside}{doubled}"|{plain})'
    sound = rf"(?!{unseen}(?:{mark}{unseen})*+\n){has_few_cells}{cell}(?:{mark}{cell}){{0,{most}}}+\n"
    closing = rf'{has_few_cells}{inside}(?<=[^{mark}\n]){doubled}"(?:{mark}{cell_of_a_line})*+\n'
    return rf"[{blank}{mark}]*+\n", sound, closing
