"""Long runs of rows with too few cells, such as tiny lines full of quotes: counted without building each row.

Reading a damaged row takes many steps, and a file may have a row in every two bytes. Regular expressions recognize the
rows whose end and damage do not depend on their neighbours; `damaged_rows.py` reads all others.
"""

import re
from functools import cached_property
from itertools import accumulate

from pipeline.domain.cells import STRIPPED
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block
from pipeline.reading.rows.split_rows import MAX_ROWS_BELOW

# Limits one piece of a cell, so that an open quote is not followed through the whole block again and again.
_MAX_PIECE_LENGTH = 500
_MAX_PARTS = 20  # pieces of a cell, separated by doubled quotes and line ends
_MAX_TEXT_LENGTH = (_MAX_PIECE_LENGTH + len('""')) * (_MAX_PARTS + 1)
_MIN_RUN_ROWS = 3


class ShortRowRuns:
    """Finds such runs in the blocks of one file, whose undamaged rows have at least `min_cells` cells."""

    def __init__(self, delimiter: str, min_cells: int, limit: int) -> None:
        self._delimiter, self._most_delimiters = delimiter, min_cells - 2
        self._longest_row = limit // MAX_BYTES_PER_CHARACTER
        self._texts: list[str] = []
        self._text = ""
        self._starts = [0]

    def find(self, block: Block, at: int, stop: int, damaged_above: int) -> tuple[list[int], int, int] | None:
        """The run between `at` and `stop`: the lines on which its rows start, the number of its sheet rows, and its
        end. None if it is too short.

        Up to `MAX_ROWS_BELOW` damaged rows may prove a row above them malformed, so that many must be above the run or
        in it. The last row of a run is left out, because it may be the beginning of the row below it.
        """
        if block.truncated_quotes is not None:
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
        return starts, len(rows), end

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
        """Match a row (captured unless it is blank), a run of rows, and a run of rows with sound quotes."""
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
    """Patterns of a blank line, of a row with sound quotes, possibly of several lines, and of a line whose first quote
    would close an open cell. No line has more than `most` delimiters."""
    # Bounded, possessive repeats (`{0,n}+`) keep the time linear in the length of the text.
    mark, blank = re.escape(delimiter), STRIPPED.replace("\n", "").replace(delimiter, "")
    unseen = rf'(?:"[{STRIPPED}]{{0,{_MAX_TEXT_LENGTH}}}+"|[{blank}]*+)'
    outside = rf"[^{mark}\n]{{0,{_MAX_PIECE_LENGTH}}}+"
    has_few_cells = rf"(?={outside}(?:{mark}{outside}){{0,{most}}}+\n)"
    inside = rf'[^"\n]{{0,{_MAX_PIECE_LENGTH}}}+'
    plain = rf'[^"{mark}\n]{{0,{_MAX_PIECE_LENGTH}}}+'
    doubled = rf'(?:""{inside}){{0,{_MAX_PARTS}}}+'
    continuation = rf'(?:(?<!=)""|\n{has_few_cells})'  # `="…"` may be blank, whatever is in it
    cell = rf'(?:"{inside}(?:{continuation}{inside}){{0,{_MAX_PARTS}}}+"|{plain})'
    cell_of_a_line = rf'(?:"{inside}{doubled}"|{plain})'
    sound = rf"(?!{unseen}(?:{mark}{unseen})*+\n){has_few_cells}{cell}(?:{mark}{cell}){{0,{most}}}+\n"
    closing = rf'{has_few_cells}{inside}(?<=[^{mark}\n]){doubled}"(?:{mark}{cell_of_a_line})*+\n'
    return rf"[{blank}{mark}]*+\n", sound, closing
