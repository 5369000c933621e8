"""The fast way past rows that are sound beyond doubt: most rows of most files.

The rules stay the only law (`rules.py`). Patterns, made from their numbers, know lines of which every rule would say
that they hold. What they do not know, be it sound or not, is read row by row and put to the rules themselves.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise

from pipeline.domain import rules
from pipeline.domain.cells import STRIPPED
from pipeline.domain.columns import COLUMNS, REQUIRED, Column, is_fix_file
from pipeline.domain.failures import Limits
from pipeline.domain.identifiers import IDENTIFIERS, SPREADSHEETS_WORK
from pipeline.domain.lines import Block
from pipeline.domain.placeholders import NO_VALUE
from pipeline.domain.rows import SoundLines
from pipeline.domain.suspicions import suspicious_places

_RULES_KNOWN: tuple[rules.Rule, ...] = (
    rules.required_fields_present,
    rules.prices_in_range,
    rules.stock_in_range,
    rules.fields_fit,
    rules.category_is_active,
    rules.further_values_valid,
)
"""The rules that the patterns speak for. With any other among them, nothing is beyond doubt."""

_Names = Sequence[str | None]
_MOST_SPELLINGS = 1_000
_LINES_AT_ONCE = 500
_NOT_USED, _NUMBER = 500, 20  # characters: of a cell that nobody reads, and more than any number below has
_BYTES_A_CHARACTER = 4  # at most, in UTF-8
_CAPTURED = ("sku", "vendor_product_id", "category")
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f-\x9f"
_CONTROL_BYTES = b"\x7f" + bytes(set(range(0x20)) - {0x09})
_BEFORE_C1 = b"\xc2"  # begins U+0080 to U+009F in UTF-8, and a few characters that do no harm
_VISIBLE = set(map(chr, range(0x21, 0x7F)))
_NOT_IN_KEYS, _NOT_IN_ADDRESSES = '"+`', '",|:'
_BEGINS_NO_VALUE, _MAY_BEGIN_NO_VALUE = r"-#'\[?", "NnUuTtEe(<"
# Letters of many alphabets that have but one way to be written down, so that accents stand in no character of their
# own. An identifier with any other letter is merely read row by row.
_OTHER_LETTERS = "À-ÖØ-öø-ɏΈ-ώЀ-ҁҊ-ԯא-תء-ي٠-٩ぁ-ゖァ-ヺー一-鿿가-힣"
_BELOW_ONE = r"0\.(?:[1-9][0-9]?|0[1-9])"  # the least price is the least amount above zero


def _digits(most: Decimal | int) -> int:
    """So many digits before a point never make more than `most`, with as many behind it as `most` has."""
    limit = Decimal(most)
    least_step = Decimal(1).scaleb(int(limit.as_tuple().exponent))
    return len(str(int(limit + least_step))) - 1


_PRICE = rf"(?:{_BELOW_ONE}|(?!0)[0-9]{{1,{_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+)"
_NUMBERS = {
    "price": _PRICE,
    "compare_at_price": rf"[0-9]{{1,{_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+",
    "stock_quantity": rf"[0-9]{{1,{_digits(rules.MAX_STOCK)}}}+",
    "weight_kg": rf"[0-9]{{1,{_digits(rules.MAX_WEIGHT)}}}+(?:\.[0-9]{{1,3}}+)?+",
}


def beyond_doubt(
    columns: tuple[Column, ...], delimiter: str, categories: rules.Categories, limits: Limits
) -> "BeyondDoubt | None":
    """None where nothing is: the cells of a fix file, for one, are not yet what the rules will see."""
    longest_line = sum(_longest(column.column) + len('"",') for column in columns)
    if longest_line * _BYTES_A_CHARACTER > limits.row_bytes or rules.RULES != _RULES_KNOWN or is_fix_file(columns):
        return None
    return BeyondDoubt(columns, delimiter, categories)


class BeyondDoubt:
    """Finds lines that follow one another and are sound rows, each by itself, in one pass over one file."""

    def __init__(self, columns: tuple[Column, ...], delimiter: str, categories: rules.Categories) -> None:
        names = [column.column for column in columns]
        self._any = _Patterns.of_any(names, delimiter)
        self._without_control = _Patterns.without_control(names, delimiter)
        self._without_quotes = _Patterns.without_quotes(names, delimiter)
        self._delimiter, self._categories = delimiter, categories
        self._active: set[str] = set()
        self._first = self._end = 0
        """The lines that were put to the test last."""
        self._others: list[int] = []
        """Those among them that are not beyond doubt, and the end."""
        self._skus: Sequence[str] = ()
        self._vendor_product_ids: Sequence[str] = ()

    def __call__(self, block: Block, at: int) -> SoundLines | None:
        """The sound lines of a block from `at` on, as far as they follow one another."""
        line = block.first + at
        if not self._first <= line < self._end:
            self._test(line, block.texts[at : at + _LINES_AT_ONCE])
        other = min(self._others[bisect_left(self._others, line)], block.first + len(block.texts))
        if other == line:
            return None
        found = slice(line - self._first, other - self._first)
        return SoundLines(other - line, (self._skus[found], self._vendor_product_ids[found]))

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
        self._skus, self._vendor_product_ids, categories = (groups[pattern.groupindex[name] - 1] for name in _CAPTURED)
        active = {category for category in set(categories) if category and self._is_active(category)}
        self._first, self._end = first, first + len(texts)
        self._others = [line for line, category in enumerate(categories, first) if category not in active]
        if places := sorted(suspicious_places(text)):
            self._others = sorted({*self._others, *_lines_of(places, text, first)})
        self._others.append(self._end)

    def _quickest(self, text: str, lines: int) -> re.Pattern[str]:
        """The pattern for lines such as these: where there are no control characters, it need not look for them."""
        written = text.encode(errors="replace")
        has_control = len(written.translate(None, _CONTROL_BYTES)) != len(written) - lines or _BEFORE_C1 in written
        if has_control:
            return self._any.lines
        return self._without_control.lines if '"' in text else self._without_quotes.lines

    def _is_active(self, category: str) -> bool:
        is_active = category in self._active or self._categories.official(category) is not None
        if is_active and len(self._active) < _MOST_SPELLINGS:
            self._active.add(category)
        return is_active


class _Patterns:
    """Patterns of what no rule objects to: cells quoted or not, but with no quote inside.

    `outside`, `inside` and `last` are the characters, as in the brackets of a pattern, that no cell has without quotes,
    between quotes, and without quotes as the last of a line; without `inside` no cell has quotes. To look for one
    character is much quicker than to look for several.
    """

    def __init__(self, columns: _Names, delimiter: str, *, outside: str, last: str, inside: str | None) -> None:
        self._columns, self._delimiter, self._mark = columns, delimiter, re.escape(delimiter)
        self._outside, self._last, self._inside = outside, last, inside

    @classmethod
    def of_any(cls, columns: _Names, delimiter: str) -> "_Patterns":
        outside = f'"{re.escape(delimiter)}{_CONTROL}'
        return cls(columns, delimiter, outside=outside, last=outside, inside=f'"{_CONTROL}')

    @classmethod
    def without_control(cls, columns: _Names, delimiter: str) -> "_Patterns":
        """For text without control characters. A cell whose quote does not close may go on over the end of a line."""
        outside = rf'"{re.escape(delimiter)}\n'
        return cls(columns, delimiter, outside=outside, last=outside, inside='"')

    @classmethod
    def without_quotes(cls, columns: _Names, delimiter: str) -> "_Patterns":
        """For text with neither. A cell may go on over the end of a line, up to the next delimiter."""
        mark = re.escape(delimiter)
        return cls(columns, delimiter, outside=mark, last=rf'"{mark}\n', inside=None)

    @cached_property
    def row(self) -> re.Pattern[str]:
        return re.compile(self._row)

    @cached_property
    def lines(self) -> re.Pattern[str]:
        """Matches any line, the groups only in those that no rule objects to."""
        return re.compile(f"(?:{self._row}|[^\n]*+)\n")

    @property
    def _row(self) -> str:
        *others, last = self._columns
        cells = [self._cell(column, self._outside) for column in others]
        return self._mark.join([*cells, self._cell(last, self._last)])

    def _cell(self, column: str | None, outside: str) -> str:
        if column in _CAPTURED:
            return self._key(column)
        if column == "image_url":
            return self._value(column, f"https?://{self._address()}{{1,{_longest(column) - len('https://')}}}+")
        if column in _NUMBERS:
            return self._value(column, _NUMBERS[column])
        return self._text(column, outside)

    def _key(self, column: str) -> str:
        """Captured."""
        if column in IDENTIFIERS:
            key = self._identifier(_longest(column))
        else:
            key = f"(?![{STRIPPED}])[^{self._last}]{{1,{_longest(column)}}}+(?<![{STRIPPED}])"
        if self._inside is None:
            return f"(?P<{column}>{key})"
        return rf'(?P<q_{column}>"?+)(?P<{column}>{key})(?P=q_{column})'

    def _identifier(self, longest: int) -> str:
        """Only characters of which no rule and no warning says anything, wherever they stand."""
        characters = f"[ {_escaped(_VISIBLE - {*_NOT_IN_KEYS, self._delimiter})}{_OTHER_LETTERS}]"
        changed = "|".join(rf"{start}(?<=(?={work}{self._end}){start})" for start, work in SPREADSHEETS_WORK.items())
        usual, other = self._beginnings(_OTHER_LETTERS)
        return f"(?!{changed})(?:{usual}|{other}){characters}{{0,{longest - 1}}}+(?<! )"

    def _text(self, column: str | None, outside: str) -> str:
        """The likeliest beginnings come first: a pattern passes over an alternative that begins otherwise at once."""
        if column is None:
            return f'(?:[^{outside}]{{0,{_NOT_USED}}}+|"[^{self._inside or outside}]{{0,{_NOT_USED}}}+")'
        rest = f"{{0,{_longest(column) - 1}}}+"
        usual, other = self._beginnings(_beyond_ascii())
        values = [f"{usual}[^{outside}]{rest}", f"{other}[^{outside}]{rest}"]
        if self._inside is not None:
            values.insert(1, f'"(?:{usual}|{other})[^{self._inside}]{rest}"')
        return f"(?>{'|'.join(values if column in REQUIRED else [*values, ''])})"

    def _beginnings(self, others: str) -> tuple[str, str]:
        """The first character of a value that does not look as if it were none: usual ones, and others."""
        usual = _VISIBLE - {*_BEGINS_NO_VALUE, *_MAY_BEGIN_NO_VALUE, '"', self._delimiter}
        return f"[{_escaped(usual)}{others}]", f"(?!{NO_VALUE}{self._end})[{_escaped(set(_MAY_BEGIN_NO_VALUE))}]"

    @property
    def _end(self) -> str:
        """Blanks at the end of a cell, and what follows it."""
        blanks = STRIPPED.replace("\n", "").replace(self._delimiter, "")
        return rf'[{blanks}]*+(?:["\n{self._mark}]|\Z)'

    def _value(self, column: str, value: str) -> str:
        either = value if self._inside is None else f'{value}|"{value}"'
        return f"(?:{either})" + ("" if column in REQUIRED else "?+")

    def _address(self) -> str:
        """The visible characters of ASCII but for quote, comma, bar and delimiter, and for the colon, without which
        no second address begins."""
        return f"[{_escaped(_VISIBLE - {*_NOT_IN_ADDRESSES, self._delimiter})}]"


@cache
def _beyond_ascii() -> str:
    """The ranges of what a text may begin with: all that shows, but for the dashes that stand for no value."""
    excluded = sorted({*STRIPPED, "–", "—", "\xa0", "\ud800"})
    pairs = ((chr(ord(before) + 1), chr(ord(after) - 1)) for before, after in pairwise(excluded))
    return "".join(f"{first}-{last}" for first, last in pairs if "\xa0" < first <= last < "\ud800") + "豈-\ufdff"


def _escaped(characters: set[str]) -> str:
    return re.escape("".join(sorted(characters)))


def _lines_of(places: Sequence[int], text: str, first: int) -> Iterator[int]:
    """The lines on which places in a text stand, its first one being `first`; both in order."""
    line = begin = 0
    for place in places:
        line += text.count("\n", begin, place)
        begin = place
        yield first + line


def _longest(column: str | None) -> int:
    """The most characters of a cell that is known to be sound."""
    return COLUMNS[column] or _NUMBER if column else _NOT_USED
