"""The fast way past rows that are sound beyond doubt: most rows of most files.

The rules stay the only law (`rules.py`). Patterns, made from their numbers, know lines of which every rule would say
that they hold. What they do not know, be it sound or not, is read row by row and put to the rules themselves.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.checking import rules
from pipeline.checking.row_patterns import CAPTURED, RowPatterns, longest
from pipeline.checking.warnings.suspicions import suspicious_places
from pipeline.domain.columns import Column, is_fix_file
from pipeline.domain.failures import Limits
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block
from pipeline.reading.rows.sheet_rows import SoundLines

_RULES_KNOWN: tuple[rules.Rule, ...] = (
    rules.required_fields_present,
    rules.prices_in_range,
    rules.stock_in_range,
    rules.fields_fit,
    rules.category_is_active,
    rules.further_values_valid,
)
"""The rules that the patterns speak for. With any other among them, nothing is beyond doubt."""

_MAX_SPELLINGS = 1_000
_LINES_AT_ONCE = 500
_CONTROL_BYTES = b"\x7f" + bytes(set(range(0x20)) - {0x09})
_BEFORE_C1 = b"\xc2"  # begins U+0080 to U+009F in UTF-8, and a few characters that do no harm


def beyond_doubt(
    columns: tuple[Column, ...], delimiter: str, categories: rules.Categories, limits: Limits
) -> "BeyondDoubt | None":
    """None where nothing is: the cells of a fix file, for one, are not yet what the rules will see."""
    longest_line = sum(longest(column.column) + len('"",') for column in columns)
    if longest_line * MAX_BYTES_PER_CHARACTER > limits.row_bytes or rules.RULES != _RULES_KNOWN or is_fix_file(columns):
        return None
    return BeyondDoubt(columns, delimiter, categories)


class BeyondDoubt:
    """Finds lines that follow one another and are sound rows, each by itself, in one pass over one file."""

    def __init__(self, columns: tuple[Column, ...], delimiter: str, categories: rules.Categories) -> None:
        names = [column.column for column in columns]
        self._any = RowPatterns.of_any(names, delimiter)
        self._without_control = RowPatterns.without_control(names, delimiter)
        self._without_quotes = RowPatterns.without_quotes(names, delimiter)
        self._delimiter, self._categories = delimiter, categories
        self._active: set[str] = set()
        self._first = self._end = 0
        """The lines that were put to the test last."""
        self._others: list[int] = []
        """Those among them that are not beyond doubt, and the end."""
        self._run_ends: list[int] = []
        """Of each of these, the line behind the last of those that follow it without a gap."""
        self._skus: Sequence[str] = ()
        self._vendor_product_ids: Sequence[str] = ()

    def __call__(self, block: Block, at: int) -> SoundLines:
        """The sound lines of a block from `at` on, as far as they follow one another, and the others behind them."""
        line = block.first + at
        if not self._first <= line < self._end:
            self._test(line, block.texts[at : at + _LINES_AT_ONCE])
        end = min(self._end, block.first + len(block.texts))
        place = bisect_left(self._others, line)
        other = min(self._others[place], end)
        found = slice(line - self._first, other - self._first)
        others = min(self._run_ends[place], end) - other if other < end else 0
        return SoundLines(other - line, (self._skus[found], self._vendor_product_ids[found]), others)

    def knows(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells is one of them."""
        text = self._delimiter.join(cells)
        match = None if '"' in text else self._any.row.fullmatch(text)
        return match is not None and self._is_active(match["category"])

    def _test(self, first: int, texts: list[str]) -> None:
        """Puts lines to the test, all at once: that takes two thirds of the time that one by one does."""
        text = "\n".join((*texts, ""))
        pattern = self._quickest(text, len(texts))
        found = pattern.findall(text)
        if len(found) != len(texts):  # a cell went on over the end of a line
            pattern = self._any.lines
            found = pattern.findall(text)
        groups = list(zip(*found, strict=True))
        self._skus, self._vendor_product_ids, categories = (groups[pattern.groupindex[name] - 1] for name in CAPTURED)
        active = {category for category in set(categories) if category and self._is_active(category)}
        self._first, self._end = first, first + len(texts)
        self._others = [line for line, category in enumerate(categories, first) if category not in active]
        if places := sorted(suspicious_places(text)):
            self._others = sorted({*self._others, *_lines_of(places, text, first)})
        self._others.append(self._end)
        self._run_ends = _run_ends(self._others)

    def _quickest(self, text: str, lines: int) -> re.Pattern[str]:
        """The pattern for lines such as these: where there are no control characters, it need not look for them."""
        written = text.encode(errors="replace")
        has_control = len(written.translate(None, _CONTROL_BYTES)) != len(written) - lines or _BEFORE_C1 in written
        if has_control:
            return self._any.lines
        return self._without_control.lines if '"' in text else self._without_quotes.lines

    def _is_active(self, category: str) -> bool:
        is_active = category in self._active or self._categories.official(category) is not None
        if is_active and len(self._active) < _MAX_SPELLINGS:
            self._active.add(category)
        return is_active


def _lines_of(places: Sequence[int], text: str, first: int) -> Iterator[int]:
    """The lines on which places in a text stand, its first one being `first`; both in order."""
    line = begin = 0
    for place in places:
        line += text.count("\n", begin, place)
        begin = place
        yield first + line


def _run_ends(numbers: Sequence[int]) -> list[int]:
    """Of each number, the one behind the last of those that follow it without a gap."""
    ends = [number + 1 for number in numbers]
    for place in range(len(numbers) - 2, -1, -1):
        if numbers[place + 1] == numbers[place] + 1:
            ends[place] = ends[place + 1]
    return ends
