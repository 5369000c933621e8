"""The fast way past rows that are sound beyond doubt: most rows of most files.

The rules stay the only law (`rules.py`). One pattern, made from their numbers, knows lines of which every rule would
say that they hold. What it does not know, be it sound or not, is read row by row and put to the rules themselves.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from pipeline.domain import rules
from pipeline.domain.cells import STRIPPED
from pipeline.domain.columns import COLUMNS, REQUIRED, Column, is_fix_file
from pipeline.domain.failures import Limits
from pipeline.domain.lines import Block
from pipeline.domain.records import Keys
from pipeline.domain.rows import SoundLines

_RULES_KNOWN: tuple[rules.Rule, ...] = (
    rules.required_fields_present,
    rules.prices_in_range,
    rules.stock_in_range,
    rules.fields_fit,
    rules.category_is_active,
    rules.further_values_valid,
)
"""The rules that the pattern speaks for. With any other among them, nothing is beyond doubt."""

_MOST_SPELLINGS = 1_000
_NOT_USED, _NUMBER = 500, 20  # characters: of a cell that nobody reads, and more than any number below has
_BYTES_A_CHARACTER = 4  # at most, in UTF-8
_CAPTURED = ("sku", "vendor_product_id", "category")
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f-\x9f"
_NOT_PLAIN = b'"\x7f' + bytes(set(range(0x20)) - {0x09})
_BELOW_ONE = r"0\.(?:[1-9][0-9]?|0[1-9])"  # the least price is the least amount above zero


def _digits(most: Decimal | int) -> int:
    """So many digits before a point never make more than `most`, with as many behind it as `most` has."""
    limit = Decimal(most)
    least_step = Decimal(1).scaleb(int(limit.as_tuple().exponent))
    return len(str(int(limit + least_step))) - 1


_PRICE = rf"(?:{_BELOW_ONE}|(?!0)[0-9]{{1,{_digits(rules.MAX_PRICE)}}}+(?:\.[0-9]{{1,2}}+)?+)"
_NUMBERS = {
    "price": _PRICE,
    "compare_at_price": _PRICE,
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
    """Finds lines that follow one another and are sound rows, each by itself."""

    def __init__(self, columns: tuple[Column, ...], delimiter: str, categories: rules.Categories) -> None:
        mark = re.escape(delimiter)
        names = [column.column for column in columns]
        self._any = _Patterns(delimiter, character=rf'[^"{mark}{_CONTROL}]').of_line(names)
        self._plain = _Patterns(delimiter, character=rf"[^{mark}]").of_line(names)
        self._captured = tuple(self._any.groupindex[column] for column in _CAPTURED)
        self._delimiter, self._categories = delimiter, categories
        self._active: set[str] = set()
        self._seen: list[str] = []
        self._fullmatch = self._any.fullmatch

    def __call__(self, block: Block, at: int) -> SoundLines | None:
        """The sound lines of a block from `at` on, as far as they follow one another."""
        if block.texts is not self._seen:
            self._look_at(block.texts)
        keys: list[Keys] = []
        fullmatch, captured, active = self._fullmatch, self._captured, self._active
        for text in block.texts[at:]:
            match = fullmatch(text)
            if match is None:
                break
            sku, vendor_product_id, category = match.group(*captured)
            if category not in active and not self._is_active(category):
                break
            keys.append((sku, vendor_product_id))
        return SoundLines(len(keys), keys) if keys else None

    def knows(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells is one of them."""
        text = self._delimiter.join(cells)
        match = None if '"' in text else self._any.fullmatch(text)
        return match is not None and self._is_active(match["category"])

    def _look_at(self, texts: list[str]) -> None:
        """Chooses the pattern: the plain one, twice as fast, is for ASCII without quotes and control characters."""
        self._seen, text = texts, "".join(texts)
        is_plain = text.isascii() and len(text.encode().translate(None, _NOT_PLAIN)) == len(text)
        self._fullmatch = (self._plain if is_plain else self._any).fullmatch

    def _is_active(self, category: str) -> bool:
        is_active = category in self._active or self._categories.official(category) is not None
        if is_active and len(self._active) < _MOST_SPELLINGS:
            self._active.add(category)
        return is_active


class _Patterns:
    """Patterns of what no rule objects to: cells quoted or not, but with no quote inside.

    `character` is a pattern of those that may stand in a cell without quotes.
    """

    def __init__(self, delimiter: str, *, character: str) -> None:
        self._delimiter, self._mark, self._character = delimiter, re.escape(delimiter), character

    def of_line(self, columns: list[str | None]) -> re.Pattern[str]:
        return re.compile(self._mark.join(map(self._of_cell, columns)))

    def _of_cell(self, column: str | None) -> str:
        if column in _CAPTURED:
            return self._key(column)
        if column == "image_url":
            return self._value(column, f"https?://{self._address()}{{1,{_longest(column) - len('https://')}}}+")
        if column in _NUMBERS:
            return self._value(column, _NUMBERS[column])
        return self._text(column)

    def _key(self, column: str) -> str:
        """Captured. Cells with a plus are left out: a spreadsheet may have cut off digits of 1.23457E+12."""
        key = rf'(?![{STRIPPED}])[^"+{self._mark}{_CONTROL}]{{1,{_longest(column)}}}+(?<![{STRIPPED}])'
        return rf'(?P<q_{column}>"?+)(?P<{column}>{key})(?P=q_{column})'

    def _text(self, column: str | None) -> str:
        start, least = (rf"(?![{STRIPPED}])", 1) if column in REQUIRED else ("", 0)
        size = f"{{{least},{_longest(column)}}}+"
        return rf'(?:{start}{self._character}{size}|"{start}[^"{_CONTROL}]{size}")'

    def _value(self, column: str, value: str) -> str:
        return rf'(?:{value}|"{value}")' + ("" if column in REQUIRED else "?+")

    def _address(self) -> str:
        """The visible characters of ASCII but for quote, comma and delimiter."""
        characters = set(map(chr, range(0x21, 0x7F))) - {'"', ",", self._delimiter}
        return f"[{re.escape(''.join(sorted(characters)))}]"


def _longest(column: str | None) -> int:
    """The most characters of a cell that is known to be sound."""
    return COLUMNS[column] or _NUMBER if column else _NOT_USED
