"""Regular expressions for rows whose end and damage do not depend on their neighbours."""

import re

from pipeline.domain.cells import STRIPPED
from pipeline.reading.rows.row_shape import RowShape

# Limits one piece of a cell, so that an open quote is not followed through the whole block again and again.
_MAX_PIECE_LENGTH = 500
_WITHOUT_LINE_ENDS = STRIPPED.replace("\n", "")
_MAX_PARTS = 20  # pieces of a cell, separated by doubled quotes and line ends


class ShortRowPatterns:
    """Patterns for the rows of one file.

    `row` matches a blank or damaged row, and captures it unless it is a blank line; `blank_row` matches one of several
    lines. The others match runs of rows: `any_run` of all of these, `sound_run` of blank ones and those whose quotes
    are sound, and `blank_run` of blank ones.
    """

    # Bounded, possessive repeats (`{0,n}+`) keep the time linear in the length of the text.

    def __init__(self, delimiter: str, shape: RowShape) -> None:
        self._mark, self._min_cells, self._width = re.escape(delimiter), shape.min_cells, shape.width
        self._blank = _WITHOUT_LINE_ENDS.replace(delimiter, "")
        piece = f"{{0,{_MAX_PIECE_LENGTH}}}+"
        self._outside = f"[^{self._mark}\n]{piece}"
        self._inside = f'[^"\n]{piece}'
        self._unseen = f"[{_WITHOUT_LINE_ENDS}]{piece}"
        self._plain = f'[^"{self._mark}\n]{piece}'
        self._has_few_cells = has_few_cells = (
            rf"(?={self._outside}(?:{self._mark}{self._outside}){{0,{shape.min_cells - 2}}}+\n)"
        )
        blank_line, blank_row = self._blank_line(), self._blank_row("" if shape.has_telling_columns else has_few_cells)
        blank, sound = f"{blank_line}|{blank_row}", f"{self._short()}|{self._long()}"
        broken = f"{self._closing()}|{self._stray()}|{self._after_quote()}"
        self.row = re.compile(f"{blank_line}|({blank_row}|{sound}|{broken})")
        self.blank_row = re.compile(blank_row)
        self.any_run = re.compile(f"(?:{blank}|{sound}|{broken})*+")
        self.sound_run = re.compile(f"(?:{blank}|{sound})*+")
        self.blank_run = re.compile(f"(?:{blank})*+")

    @staticmethod
    def may_begin_blank(delimiter: str) -> frozenset[str]:
        """What a blank row may begin with."""
        return frozenset({*STRIPPED, delimiter, '"', ""})

    def _blank_line(self) -> str:
        cell = rf'(?:"{self._unseen}"|[{self._blank}]*+)'
        return rf"{cell}(?:{self._mark}{cell})*+\n"

    def _blank_row(self, is_line: str) -> str:
        """A row without values of several lines, each with few cells if those with many might look like rows."""
        lines = rf"(?:\n{is_line}{self._unseen}){{0,{_MAX_PARTS}}}+"
        cell = rf'(?:"{self._unseen}{lines}"|[{self._blank}]*+)'
        return rf"{is_line}{cell}(?:{self._mark}{cell})*+\n"

    def _short(self) -> str:
        """A row with sound quotes and too few cells, possibly of several lines, each with few cells."""
        continuation = rf'(?:(?<!=)""|\n{self._has_few_cells})'  # `="…"` may be blank, whatever is in it
        cell = rf'(?:"{self._inside}(?:{continuation}{self._inside}){{0,{_MAX_PARTS}}}+"|{self._plain})'
        unseen = rf'(?:"[{STRIPPED}]*+"|[{self._blank}]*+)'
        is_seen = rf"(?!{unseen}(?:{self._mark}{unseen})*+\n)"
        return rf"{is_seen}{self._has_few_cells}{cell}(?:{self._mark}{cell}){{0,{self._min_cells - 2}}}+\n"

    def _long(self) -> str:
        """A line without quotes with a value beyond the header."""
        cells = rf"(?:{self._plain}{self._mark}){{{self._width}}}+"
        return rf'{cells}[{self._blank}{self._mark}]*+[^{self._blank}{self._mark}"\n][^"\n]*+\n'

    def _closing(self) -> str:
        """A line with few cells whose first quote would close an open cell."""
        doubled = rf'(?:""{self._inside}){{0,{_MAX_PARTS}}}+'
        cell = rf'(?:"{self._inside}{doubled}"|{self._plain})'
        return rf'{self._has_few_cells}{self._inside}(?<=[^{self._mark}\n]){doubled}"(?:{self._mark}{cell})*+\n'

    def _stray(self) -> str:
        """A line with enough cells, but not as many as the header, and quotes inside cells that are not in quotes."""
        plain, mark = self._plain, self._mark
        cell = rf'(?![{self._blank}]*+")[^{mark}\n]*+'
        enough = rf"{cell}(?:{mark}{cell}){{{self._min_cells - 1},}}+\n"
        as_many = rf"(?:{self._outside}{mark}){{{self._width - 1}}}+{self._outside}\n"
        return rf'(?!{as_many})(?=(?:{plain}{mark})*+{plain}")(?={enough})[^\n]*+\n'

    def _after_quote(self) -> str:
        """A line with enough cells, an even number of quotes, and text after the first closing one."""
        plain, mark, inside = self._plain, self._mark, self._inside
        enough = rf"(?=(?:[^{mark}\n]*+{mark}){{{self._min_cells - 1}}}+)"
        is_even = r'(?=[^"\n]*+(?:"[^"\n]*+"[^"\n]*+)*+\n)'
        quoted = rf'(?:{plain}{mark})*+"{inside}(?:""{inside}){{0,{_MAX_PARTS}}}+"'
        return rf'{enough}{is_even}{quoted}[^{self._blank}{mark}"\n][^\n]*+\n'
