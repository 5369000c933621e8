"""A fast path for rows that are certainly sound, as most rows of most files are.

Regular expressions, built from the limits in `rules.py`, recognize lines that satisfy every rule. All other lines,
sound or not, are read row by row and checked by the rules themselves.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.checking import rules
from pipeline.checking.row_patterns import CAPTURED_COLUMNS, RowPatterns, max_length
from pipeline.checking.warnings.suspicions import suspicious_places
from pipeline.domain.columns import Column, is_escaped
from pipeline.domain.failures import Limits
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NUMBER_COLUMNS
from pipeline.domain.records import Keys
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block
from pipeline.reading.rows.sheet_rows import SoundLines

_EXPECTED_RULES: tuple[rules.Rule, ...] = (
    rules.required_fields_present,
    rules.prices_in_range,
    rules.stock_in_range,
    rules.fields_fit,
    rules.category_is_active,
    rules.further_values_valid,
)
"""The rules that the patterns cover. If the rules differ from these, the fast path is off."""

_GUARDED = ("stock_quantity", "listing_status")
"""What the guards compare besides the price, which is a number."""
_MAX_SPELLINGS = 1_000
_LINES_AT_ONCE = 500
_CONTROL_BYTES = b"\x7f" + bytes(set(range(0x20)) - {0x09})
_BEFORE_C1 = b"\xc2"  # the first byte of U+0080 to U+009F in UTF-8, and of a few harmless characters


def sound_line_finder(
    layout: Layout, delimiter: str, categories: rules.Categories, limits: Limits
) -> "SoundLineFinder | None":
    """None if the fast path does not apply, as for a fix file or an export, whose cells change before the rules see
    them, or where a header serves several columns that are not the two identifiers."""
    columns = layout.columns
    longest_line = sum(max_length(column.column) + len('"",') for column in columns)
    if (
        longest_line * MAX_BYTES_PER_CHARACTER > limits.row_bytes
        or rules.RULES != _EXPECTED_RULES
        or is_escaped(columns)
        or not all(_serves_like_columns(column) for column in columns)
        or not layout.is_plain
        or not all(reading.keeps_points for reading in layout.numbers.columns.values())
    ):
        return None
    return SoundLineFinder(layout, delimiter, categories)


def _serves_like_columns(column: Column) -> bool:
    """Whether one pattern tells if a cell satisfies the rules of all columns that its header serves."""
    return not column.also or set(column.columns) == set(IDENTIFIERS)


class SoundLineFinder:
    """Finds consecutive lines that are each a sound row, in one pass over one file."""

    def __init__(self, layout: Layout, delimiter: str, categories: rules.Categories) -> None:
        columns, needed = layout.columns, layout.needed
        self._guarded = () if layout.decisions.only_creates else _GUARDED
        captured = (*NUMBER_COLUMNS, *self._guarded)
        self._any = RowPatterns.for_any_text(columns, delimiter, needed, captured)
        self._without_control = RowPatterns.for_text_without_control(columns, delimiter, needed, captured)
        self._without_quotes = RowPatterns.for_text_without_quotes(columns, delimiter, needed, captured)
        self._same_cells = {other: column.column for column in columns if column.column for other in column.also}
        """The columns that have the cells of another."""
        self._needs_category = "category" in needed
        self._key = layout.key
        self._delimiter, self._categories = delimiter, categories
        self._active: set[str] = set()
        self._first = self._end = 0
        """The range of the lines tested last."""
        self._others: list[int] = []
        """The lines among them that are not certainly sound, and the end."""
        self._run_ends: list[int] = []
        """For each of these, the line after the run of consecutive ones that it belongs to."""
        self._keys = Keys((), (), {}, {})

    def __call__(self, block: Block, at: int) -> SoundLines:
        """The number of consecutive sound lines of a block from `at` on, and of other lines after them."""
        line = block.first + at
        if not self._first <= line < self._end:
            self._test(line, block.texts[at : at + _LINES_AT_ONCE])
        end = min(self._end, block.first + len(block.texts))
        place = bisect_left(self._others, line)
        other = min(self._others[place], end)
        section = slice(line - self._first, other - self._first)
        others = min(self._run_ends[place], end) - other if other < end else 0
        return SoundLines(other - line, self._keys.section(section), others)

    def matches(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells is certainly sound."""
        text = self._delimiter.join(cells)
        match = None if '"' in text else self._any.row.fullmatch(text)
        return match is not None and self._has_good_category(match.groupdict().get("category"))

    def _test(self, first: int, texts: list[str]) -> None:
        """Tests lines, all at once: that takes two thirds of the time of testing them one by one."""
        text = "\n".join((*texts, ""))
        pattern = self._quickest(text, len(texts))
        matches = pattern.findall(text)
        if len(matches) != len(texts):  # a cell matched beyond the end of its line
            pattern = self._any.lines
            matches = pattern.findall(text)
        groups = list(zip(*matches, strict=True))
        cells = {name: groups[group - 1] for name, group in pattern.groupindex.items()}
        cells |= {column: cells[other] for column, other in self._same_cells.items()}
        absent = ("",) * len(texts)
        skus, vendor_product_ids, categories = (cells.get(name, absent) for name in CAPTURED_COLUMNS)
        numbers = {name: cells[name] for name in NUMBER_COLUMNS if name in cells}
        guarded = {name: cells[name] for name in self._guarded if name in cells}
        self._keys = Keys(skus, vendor_product_ids, numbers, guarded)
        good = {category for category in set(categories) if self._has_good_category(category)}
        self._first, self._end = first, first + len(texts)
        self._others = [line for line, category in enumerate(categories, first) if category not in good]
        if not self._needs_category:  # a blank one is good, so another cell tells whether the line matched
            unmatched = (line for line, key in enumerate(cells[self._key], first) if not key)
            self._others = sorted({*self._others, *unmatched})
        if places := sorted(suspicious_places(text)):
            self._others = sorted({*self._others, *_lines_of(places, text, first)})
        self._others.append(self._end)
        self._run_ends = _run_ends(self._others)

    def _quickest(self, text: str, lines: int) -> re.Pattern[str]:
        """The fastest pattern for these lines: without control characters, it need not test for them."""
        written = text.encode(errors="replace")
        # The line ends are the only control characters allowed, one for each line.
        has_control = len(written.translate(None, _CONTROL_BYTES)) != len(written) - lines or _BEFORE_C1 in written
        if has_control:
            return self._any.lines
        return self._without_control.lines if '"' in text else self._without_quotes.lines

    def _has_good_category(self, category: str | None) -> bool:
        return self._is_active(category) if category else not self._needs_category

    def _is_active(self, category: str) -> bool:
        is_active = category in self._active or self._categories.official(category) is not None
        if is_active and len(self._active) < _MAX_SPELLINGS:
            self._active.add(category)
        return is_active


def _lines_of(places: Sequence[int], text: str, first: int) -> Iterator[int]:
    """The line numbers of places in a text whose first line is `first`; `places` must be sorted."""
    line = begin = 0
    for place in places:
        line += text.count("\n", begin, place)
        begin = place
        yield first + line


def _run_ends(numbers: Sequence[int]) -> list[int]:
    """For each number, the end (exclusive) of the run of consecutive numbers that it belongs to."""
    ends = [number + 1 for number in numbers]
    for place in range(len(numbers) - 2, -1, -1):
        if numbers[place + 1] == numbers[place] + 1:
            ends[place] = ends[place + 1]
    return ends
