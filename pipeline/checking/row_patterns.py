"""Regular expressions for sound rows: lines without an error and without a warning."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from pipeline.checking import rules
from pipeline.checking.placeholders import NO_VALUE
from pipeline.domain.cells import STRIPPED
from pipeline.domain.columns import COLUMNS, Column, ListingStatus, weight_unit
from pipeline.domain.identifiers import CHANGED_IDENTIFIER_STARTS, IDENTIFIERS
from pipeline.domain.weights import WeightUnit, most_of

Columns = Sequence[Column]
Names = Sequence[str]
_MAX_UNUSED_LENGTH = 500  # of a cell in a column that is not used
_MAX_NUMBER_LENGTH = 20  # more than the patterns below allow
CAPTURED_COLUMNS = ("sku", "vendor_product_id", "category")
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f-\x9f"
_VISIBLE = set(map(chr, range(0x21, 0x7F)))
_NOT_IN_KEYS, _NOT_IN_ADDRESSES = '"+`', '",|:'
_MAY_BEGIN_NO_VALUE = "NnUuTtEe(<"
_NEVER_FIRST = r"-#'\[?"
# Letters with only one encoding, so that their accents are never separate characters. Identifiers with any other letter
# are read row by row: with the letters of Asia, compiling would take ten times as long.
_OTHER_LETTERS = "À-ÖØ-öø-ɏΈ-ώЀ-ҁҊ-ԯ"
_DASHES = "–—"  # placeholders, too
_BELOW_ONE = r"0\.(?:[1-9][0-9]?|0[1-9])"  # the minimum price is the least amount above zero


def _max_digits(most: Decimal | int) -> int:
    """How many digits may precede the point so that a number with as many decimals as `most` never exceeds it."""
    limit = Decimal(most)
    least_step = Decimal(1).scaleb(int(limit.as_tuple().exponent))
    return len(str(int(limit + least_step))) - 1


# Repeats are possessive (`++`, `?+`, `(?>…)`), here and in `RowPatterns`: each ends at a character that it excludes, so
# backtracking never helps. A line that does not match fails at its first wrong character, where greedy repeats would
# try every shorter match of every cell before it.
_PRICE = rf"(?:{_BELOW_ONE}|(?!0)[0-9]{{1,{_max_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+)"
_VALUES = {
    "price": _PRICE,
    "compare_at_price": rf"[0-9]{{1,{_max_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+",
    "stock_quantity": rf"[0-9]{{1,{_max_digits(rules.MAX_STOCK)}}}+",
    "listing_status": f"(?:{'|'.join(ListingStatus)})",
}


def _weight(unit: WeightUnit) -> str:
    if unit == WeightUnit.KILOGRAM:
        return rf"[0-9]{{1,{_max_digits(rules.MAX_WEIGHT)}}}+(?:\.[0-9]{{1,3}}+)?+"
    most = int(most_of(unit)) - 1  # leaves room for decimals, which are rounded
    return rf"[0-9]{{1,{_max_digits(most)}}}+(?:\.[0-9]{{1,6}}+)?+"


class RowPatterns:
    """Patterns for rows that satisfy every rule. Cells may be quoted, but contain no quote.

    `outside`, `inside` and `last` are the characters, as in the brackets of a pattern, that are excluded from unquoted
    cells, quoted cells, and an unquoted last cell of a line; if `inside` is None, no cell is quoted. The sets are as
    small as the text allows, because excluding one character is much faster than excluding several. Cells of columns
    that are not `needed` may be blank. `captured` are the columns of values, as of numbers, that fill a group.
    """

    def __init__(
        self,
        columns: Columns,
        delimiter: str,
        needed: Names,
        captured: Names,
        *,
        outside: str,
        last: str,
        inside: str | None,
    ) -> None:
        self._columns, self._delimiter, self._mark = [each.column for each in columns], delimiter, re.escape(delimiter)
        self._needed, self._captured = needed, captured
        self._values = _VALUES | {"weight_kg": _weight(weight_unit(columns))}
        self._outside, self._last, self._inside = outside, last, inside

    @classmethod
    def for_any_text(cls, columns: Columns, delimiter: str, needed: Names, captured: Names) -> "RowPatterns":
        outside = f'"{re.escape(delimiter)}{_CONTROL}'
        return cls(columns, delimiter, needed, captured, outside=outside, last=outside, inside=f'"{_CONTROL}')

    @classmethod
    def for_text_without_control(
        cls, columns: Columns, delimiter: str, needed: Names, captured: Names
    ) -> "RowPatterns":
        """For text without control characters. A cell with an open quote may match beyond the end of its line."""
        outside = rf'"{re.escape(delimiter)}\n'
        return cls(columns, delimiter, needed, captured, outside=outside, last=outside, inside='"')

    @classmethod
    def for_text_without_quotes(cls, columns: Columns, delimiter: str, needed: Names, captured: Names) -> "RowPatterns":
        """For text without control characters and quotes. A cell may match beyond the end of its line."""
        mark = re.escape(delimiter)
        return cls(columns, delimiter, needed, captured, outside=mark, last=rf'"{mark}\n', inside=None)

    @cached_property
    def row(self) -> re.Pattern[str]:
        return re.compile(self._row)

    @cached_property
    def lines(self) -> re.Pattern[str]:
        """Matches any line; only sound rows fill the groups, of which there are at least two."""
        return re.compile(f"(?:{self._row}|[^\n]*+)\n")

    @property
    def _row(self) -> str:
        *others, last = self._columns
        cells = [self._cell(column, self._outside) for column in others]
        row = self._mark.join([*cells, self._cell(last, self._last)])
        return row if len(set(CAPTURED_COLUMNS).intersection(self._columns)) > 1 else f"{row}()()"

    def _cell(self, column: str | None, outside: str) -> str:
        if column in CAPTURED_COLUMNS:
            return self._key(column)
        if column == "image_url":
            return self._value(column, f"https?://{self._address()}{{1,{max_length(column) - len('https://')}}}+")
        if column in self._values:
            return self._value(column, self._values[column])
        return self._text(column, outside)

    def _key(self, column: str) -> str:
        """A captured cell. A category may have any characters, because it is looked up as well."""
        if column in IDENTIFIERS:
            key = self._identifier(max_length(column))
        else:
            key = f"(?![{STRIPPED}])[^{self._last}]{{1,{max_length(column)}}}+(?<![{STRIPPED}])"
        cell = f"(?P<{column}>{key})"
        if self._inside is not None:
            cell = rf'(?P<q_{column}>"?+){cell}(?P=q_{column})'
        return cell if column in self._needed else f"(?:{cell})?+"

    def _identifier(self, max_length: int) -> str:
        """Only characters that cause no error and no warning in any position."""
        # Possessive, so a value that ends with a blank does not match, and its row is read by the rules.
        characters = f"[ {_escaped(_VISIBLE - {*_NOT_IN_KEYS, self._delimiter})}{_OTHER_LETTERS}]"
        # Matches the first characters, which rule out most identifiers, before the longer pattern that begins there.
        changed = "|".join(f"{start}(?<=(?={work}){start})" for start, work in CHANGED_IDENTIFIER_STARTS.items())
        usual, other = self._beginnings(_NOT_IN_KEYS, f"[{_OTHER_LETTERS}]")
        return f"(?!{changed})(?:{usual}|{other}){characters}{{0,{max_length - 1}}}+(?<! )"

    def _text(self, column: str | None, outside: str) -> str:
        """Tries the most likely first characters first, because alternatives that begin differently fail at once."""
        if column is None:
            return (
                f'(?:[^{outside}]{{0,{_MAX_UNUSED_LENGTH}}}+|"[^{self._inside or outside}]{{0,{_MAX_UNUSED_LENGTH}}}+")'
            )
        rest = f"{{0,{max_length(column) - 1}}}+"
        usual, other = self._beginnings('"', rf"[^\0-\x7f{_CONTROL}{STRIPPED}{_DASHES}]")
        values = [f"{usual}[^{outside}]{rest}", f"{other}[^{outside}]{rest}"]
        if self._inside is not None:
            values.insert(1, f'"(?:{usual}|{other})[^{self._inside}]{rest}"')
        return f"(?>{'|'.join(values if column in self._needed else [*values, ''])})"

    def _beginnings(self, excluded: str, non_ascii: str) -> tuple[str, str]:
        """Patterns for the first character of a value that is not a placeholder: the usual ones, and others."""
        usual = _escaped(_VISIBLE - {*excluded, *_NEVER_FIRST, *_MAY_BEGIN_NO_VALUE, self._delimiter})
        others = f"(?!{NO_VALUE}{self._end})[{_escaped(set(_MAY_BEGIN_NO_VALUE))}]"
        return f"[{usual}]", f"(?:{others}|{non_ascii})"

    @property
    def _end(self) -> str:
        """The end of a cell, with any punctuation before it: matching all kinds of blanks would take longer."""
        return rf'[^0-9A-Za-z"\n{self._mark}]*+(?:["\n{self._mark}]|\Z)'

    def _value(self, column: str, value: str) -> str:
        either = value if self._inside is None else f'{value}|"{value}"'
        group = f"(?P<{column}>" if column in self._captured else "(?:"
        return f"{group}{either})" + ("" if column in self._needed else "?+")

    def _address(self) -> str:
        """The visible ASCII characters, except the quote, comma, bar and delimiter, and the colon, which a second
        address would need."""
        return f"[{_escaped(_VISIBLE - {*_NOT_IN_ADDRESSES, self._delimiter})}]"


def _escaped(characters: set[str]) -> str:
    return re.escape("".join(sorted(characters)))


def max_length(column: str | None) -> int:
    """The maximum length of a cell that the patterns match."""
    return COLUMNS[column] or _MAX_NUMBER_LENGTH if column else _MAX_UNUSED_LENGTH
