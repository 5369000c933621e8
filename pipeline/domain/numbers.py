"""How prices and weights are read: as their vendor writes them.

A cell that can be read in one way only is read so. What other cells mean depends on the rest of their column, which is
known at the end of the first pass, or on a decision.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self
from unicodedata import normalize

from pipeline.domain.characters import WHITE_SPACE

PRICE_COLUMNS = ("price", "compare_at_price")
NUMBER_COLUMNS = (*PRICE_COLUMNS, "weight_kg")


class NumberFormat(StrEnum):
    """Which mark is before the decimals, and which between the thousands."""

    DECIMAL_POINT = "1,234.56"
    DECIMAL_COMMA = "1.234,56"

    @property
    def decimal_mark(self) -> str:
        return "," if self == NumberFormat.DECIMAL_COMMA else "."


_LINE_BREAKS_AND_TABS = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_BLANKS = {ord(blank): " " for blank in WHITE_SPACE if blank not in _LINE_BREAKS_AND_TABS}
# The same number in every format, as nearly all are.
_PLAIN = re.compile(r"[0-9]++(?:\.[0-9]{1,2}+)?+|0\.[0-9]++")
_READ = re.compile(r"[0-9]++(?:\.[0-9]++)?+")
_TWO_READINGS = re.compile("([1-9][0-9]{0,2})([.,])([0-9]{3})")
_GROUPED = re.compile(r"([0-9]{1,3}+([.,' ])[0-9]{3}(?:\2[0-9]{3})*+)(?:(?!\2)([.,])([0-9]++))?+")
_UNGROUPED = re.compile(r"([0-9]++)(?:([.,])([0-9]++))?+")
_WITH_WORD = re.compile(r"([^0-9]*+)([0-9](?:.*[0-9])?)([^0-9]*+)", re.DOTALL)


class _Parts(NamedTuple):
    """The digits of a number before its decimal mark, the mark, and the digits after it; the latter may be empty."""

    whole: str
    mark: str = ""
    decimals: str = ""

    @property
    def text(self) -> str:
        return f"{self.whole}.{self.decimals}" if self.mark else self.whole


def _parts(text: str) -> _Parts | None:
    """The only reading of a number; None if there is none, or if there are two."""
    text = text.translate(_BLANKS)
    if _TWO_READINGS.fullmatch(text):
        return None
    if number := _UNGROUPED.fullmatch(text):
        return _Parts(number[1], number[2] or "", number[3] or "")
    if number := _GROUPED.fullmatch(text):
        return _Parts("".join(filter(str.isdigit, number[1])), number[3] or "", number[4] or "")
    return None


def is_number(text: str) -> bool:
    """Whether a text is a number as `ColumnReading.read` returns it."""
    return _READ.fullmatch(text) is not None


def has_two_readings(text: str) -> bool:
    """Whether a number may be thousands or have decimals: `1,299`, `1.299`."""
    return _TWO_READINGS.fullmatch(text) is not None


def only_decimal_mark(text: str) -> str:
    """The mark before the decimals of a number that has decimals in its only reading; else empty."""
    parts = _parts(text)
    return parts.mark if parts else ""


class Amount(NamedTuple):
    """A cell split into the one word or sign beside its number, and the number; either may be empty."""

    word: str
    number: str


def split_word(text: str) -> Amount:
    """`€ 12,90` → `€`, `12,90`. The word is in lower case, without blanks and a full stop at its end.

    It is empty if there is none, or one on each side of the number.
    """
    parts = _WITH_WORD.fullmatch(text)
    if parts is None:
        return Amount("", text)
    words = [word for word in (_folded(parts[1]), _folded(parts[3])) if word]
    return Amount(words[0], parts[2]) if len(words) == 1 else Amount("", text)


def _folded(word: str) -> str:
    word = "".join(normalize("NFKC", word).casefold().split())
    return word[:-1] if word.endswith(".") and word[-2:-1].isalpha() else word


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How the cells of one column are read: `number_format` if it is known, and the word to drop, if there is one.

    With `is_decided`, a person or program chose the format, or cells such as `0,635` leave no doubt that three digits
    are decimals; otherwise other cells of the column show it.
    """

    number_format: NumberFormat | None = None
    is_decided: bool = False
    currency: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        number_format = stored["number_format"]
        return cls(NumberFormat(number_format) if number_format else None, stored["is_decided"], stored["currency"])

    @property
    def keeps_points(self) -> bool:
        """Whether a point is before the decimals wherever it can be."""
        return self.number_format != NumberFormat.DECIMAL_COMMA

    def read(self, text: str) -> str:
        """The number as digits with a decimal point; what is not a number, or still has two readings, is returned."""
        if _PLAIN.fullmatch(text):
            return text
        number = text
        if self.currency and (amount := split_word(text)).word == self.currency:
            number = amount.number
        if two := _TWO_READINGS.fullmatch(number):
            return self._read_either(_Parts(*two.groups())) or text
        parts = _parts(number)
        return parts.text if parts else text

    def _read_either(self, parts: _Parts) -> str | None:
        if parts.mark == ".":
            return parts.text if self.keeps_points else parts.whole + parts.decimals
        if self.number_format == NumberFormat.DECIMAL_POINT:
            return parts.whole + parts.decimals
        return parts.text if self.number_format and self.is_decided else None


@dataclass(frozen=True, slots=True)
class NumberReadings:
    """How each column of numbers is read. `number_format` is that of the file, and `currency` the installation's."""

    columns: Mapping[str, ColumnReading] = field(default_factory=dict)
    number_format: NumberFormat | None = None
    currency: str = ""

    @classmethod
    def before_reading(
        cls, decided: NumberFormat | None, currency: str = "", known: "NumberReadings | None" = None
    ) -> Self:
        """What is assumed before the first pass; `known` is how some columns were read before, unless it is decided."""
        reading = ColumnReading(decided, is_decided=decided is not None)
        columns = dict.fromkeys(NUMBER_COLUMNS, reading)
        return cls(columns if decided or not known else {**columns, **known.columns}, decided, currency)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Reads what `as_json` wrote."""
        number_format = stored["number_format"]
        columns = {column: ColumnReading.of(reading) for column, reading in stored["columns"].items()}
        return cls(columns, NumberFormat(number_format) if number_format else None, stored["currency"])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def only_of(self, names: Collection[str]) -> Self:
        """The readings of the columns that a file has."""
        return replace(self, columns={name: reading for name, reading in self.columns.items() if name in names})


PLAIN_NUMBERS = NumberReadings.before_reading(None)
"""How numbers are read that no other cells and no decision explain."""
