"""Patterns of lines that are sound rows, of which no rule and no warning has anything to say."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from pipeline.checking import rules
from pipeline.checking.placeholders import NO_VALUE
from pipeline.domain.cells import STRIPPED
from pipeline.domain.columns import COLUMNS, REQUIRED
from pipeline.domain.identifiers import CHANGED_IDENTIFIER_STARTS, IDENTIFIERS

Names = Sequence[str | None]
_NOT_USED, _NUMBER = 500, 20  # characters: of a cell that nobody reads, and more than any number below has
CAPTURED = ("sku", "vendor_product_id", "category")
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f-\x9f"
_VISIBLE = set(map(chr, range(0x21, 0x7F)))
_NOT_IN_KEYS, _NOT_IN_ADDRESSES = '"+`', '",|:'
_MAY_BEGIN_NO_VALUE = "NnUuTtEe(<"
_NEVER_FIRST = r"-#'\[?"
# Letters that have but one way to be written down, so that accents stand in no character of their own. An identifier
# with any other letter is merely read row by row: with those of Asia, it would take ten times as long to compile.
_OTHER_LETTERS = "À-ÖØ-öø-ɏΈ-ώЀ-ҁҊ-ԯ"
_DASHES = "–—"  # stand for no value, too
_BELOW_ONE = r"0\.(?:[1-9][0-9]?|0[1-9])"  # the least price is the least amount above zero


def _digits(most: Decimal | int) -> int:
    """So many digits before a point never make more than `most`, with as many behind it as `most` has."""
    limit = Decimal(most)
    least_step = Decimal(1).scaleb(int(limit.as_tuple().exponent))
    return len(str(int(limit + least_step))) - 1


# Repeats are possessive (`++`, `?+`, `(?>…)`), here and in `RowPatterns`: what they match ends at a character that they
# exclude, so giving some back never helps. A line that does not fit is given up at its first wrong character, where
# other repeats would try every shorter match of every cell before it.
_PRICE = rf"(?:{_BELOW_ONE}|(?!0)[0-9]{{1,{_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+)"
_NUMBERS = {
    "price": _PRICE,
    "compare_at_price": rf"[0-9]{{1,{_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+",
    "stock_quantity": rf"[0-9]{{1,{_digits(rules.MAX_STOCK)}}}+",
    "weight_kg": rf"[0-9]{{1,{_digits(rules.MAX_WEIGHT)}}}+(?:\.[0-9]{{1,3}}+)?+",
}


class RowPatterns:
    """Patterns of what no rule objects to: cells quoted or not, but with no quote inside.

    `outside`, `inside` and `last` are the characters, as in the brackets of a pattern, that no cell has without quotes,
    between quotes, and without quotes as the last of a line; without `inside` no cell has quotes. To look for one
    character is much quicker than to look for several.
    """

    def __init__(self, columns: Names, delimiter: str, *, outside: str, last: str, inside: str | None) -> None:
        self._columns, self._delimiter, self._mark = columns, delimiter, re.escape(delimiter)
        self._outside, self._last, self._inside = outside, last, inside

    @classmethod
    def of_any(cls, columns: Names, delimiter: str) -> "RowPatterns":
        outside = f'"{re.escape(delimiter)}{_CONTROL}'
        return cls(columns, delimiter, outside=outside, last=outside, inside=f'"{_CONTROL}')

    @classmethod
    def without_control(cls, columns: Names, delimiter: str) -> "RowPatterns":
        """For text without control characters. A cell whose quote does not close may go on over the end of a line."""
        outside = rf'"{re.escape(delimiter)}\n'
        return cls(columns, delimiter, outside=outside, last=outside, inside='"')

    @classmethod
    def without_quotes(cls, columns: Names, delimiter: str) -> "RowPatterns":
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
        if column in CAPTURED:
            return self._key(column)
        if column == "image_url":
            return self._value(column, f"https?://{self._address()}{{1,{longest(column) - len('https://')}}}+")
        if column in _NUMBERS:
            return self._value(column, _NUMBERS[column])
        return self._text(column, outside)

    def _key(self, column: str) -> str:
        """Captured. A category is looked up besides, so that it may have any characters."""
        if column in IDENTIFIERS:
            key = self._identifier(longest(column))
        else:
            key = f"(?![{STRIPPED}])[^{self._last}]{{1,{longest(column)}}}+(?<![{STRIPPED}])"
        if self._inside is None:
            return f"(?P<{column}>{key})"
        return rf'(?P<q_{column}>"?+)(?P<{column}>{key})(?P=q_{column})'

    def _identifier(self, longest: int) -> str:
        """Only characters of which no rule and no warning says anything, wherever they stand."""
        # Possessive, although a blank may be its last character: then the whole line is one for a closer look.
        characters = f"[ {_escaped(_VISIBLE - {*_NOT_IN_KEYS, self._delimiter})}{_OTHER_LETTERS}]"
        changed = "|".join(f"{start}(?<=(?={work}){start})" for start, work in CHANGED_IDENTIFIER_STARTS.items())
        usual, other = self._beginnings(_NOT_IN_KEYS, f"[{_OTHER_LETTERS}]")
        return f"(?!{changed})(?:{usual}|{other}){characters}{{0,{longest - 1}}}+(?<! )"

    def _text(self, column: str | None, outside: str) -> str:
        """The likeliest beginnings come first: a pattern passes over an alternative that begins otherwise at once."""
        if column is None:
            return f'(?:[^{outside}]{{0,{_NOT_USED}}}+|"[^{self._inside or outside}]{{0,{_NOT_USED}}}+")'
        rest = f"{{0,{longest(column) - 1}}}+"
        usual, other = self._beginnings('"', rf"[^\0-\x7f{_CONTROL}{STRIPPED}{_DASHES}]")
        values = [f"{usual}[^{outside}]{rest}", f"{other}[^{outside}]{rest}"]
        if self._inside is not None:
            values.insert(1, f'"(?:{usual}|{other})[^{self._inside}]{rest}"')
        return f"(?>{'|'.join(values if column in REQUIRED else [*values, ''])})"

    def _beginnings(self, excluded: str, non_ascii: str) -> tuple[str, str]:
        """The first character of a value that does not look as if it were none: usual ones, and others."""
        usual = _escaped(_VISIBLE - {*excluded, *_NEVER_FIRST, *_MAY_BEGIN_NO_VALUE, self._delimiter})
        others = f"(?!{NO_VALUE}{self._end})[{_escaped(set(_MAY_BEGIN_NO_VALUE))}]"
        return f"[{usual}]", f"(?:{others}|{non_ascii})"

    @property
    def _end(self) -> str:
        """The end of a cell, maybe behind blanks and signs of any kind: a look for all blanks would take longer."""
        return rf'[^0-9A-Za-z"\n{self._mark}]*+(?:["\n{self._mark}]|\Z)'

    def _value(self, column: str, value: str) -> str:
        either = value if self._inside is None else f'{value}|"{value}"'
        return f"(?:{either})" + ("" if column in REQUIRED else "?+")

    def _address(self) -> str:
        """The visible characters of ASCII but for quote, comma, bar and delimiter, and for the colon, without which
        no second address begins."""
        return f"[{_escaped(_VISIBLE - {*_NOT_IN_ADDRESSES, self._delimiter})}]"


def _escaped(characters: set[str]) -> str:
    return re.escape("".join(sorted(characters)))


def longest(column: str | None) -> int:
    """The most characters of a cell that is known to be sound."""
    return COLUMNS[column] or _NUMBER if column else _NOT_USED
