"""Which cells are dates or have leading zeros, by the number formats of a workbook's styles."""

import re
from dataclasses import dataclass, field
from enum import Enum

from pipeline.reading.workbook.xml_parts import Attributes

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)))
_BUILT_IN_DURATION = 46
_MAX_FORMATS, _MAX_STYLES, _MAX_FORMAT_LENGTH = 20_000, 100_000, 255
# Texts in quotes, escaped characters, blanks of a character's width, fillings.
_TEXTS = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CODES = re.compile(r"\[[^\]]*\]?")  # colours, conditions, locales
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_PARTS_OF_SECONDS = re.compile(r"s[.,]0+", re.IGNORECASE)
_DIGITS = re.compile(r"[0#?]")


class DateKind(Enum):
    """What a number counts whose format is that of a date."""

    DATE = "date"
    DURATION = "duration"


Meaning = DateKind | int
"""What a format makes of a number: a date, or the width to which zeros pad it."""


def meaning_of(format_code: str) -> Meaning | None:
    """None for formats that only say how a number looks."""
    first = _TEXTS.sub("", format_code[:_MAX_FORMAT_LENGTH]).partition(";")[0]
    if _DURATION.search(first):
        return DateKind.DURATION
    plain = _CODES.sub("", first).strip()
    if plain.strip("0") == "":
        return len(plain) if len(plain) > 1 else None
    if _DATE_LETTERS.search(plain) and not _DIGITS.search(_PARTS_OF_SECONDS.sub("", plain)):
        return DateKind.DATE
    return None


def _built_in(format_id: int) -> Meaning | None:
    if format_id == _BUILT_IN_DURATION:
        return DateKind.DURATION
    return DateKind.DATE if format_id in _BUILT_IN_DATES else None


@dataclass(slots=True)
class Styles:
    """Reads the part of styles. `meanings` is by the number of a cell's style, as cells write it."""

    meanings: dict[str, Meaning] = field(default_factory=dict)
    _custom: dict[int, Meaning | None] = field(default_factory=dict)
    _count: int = 0
    _is_in_cell_styles: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt" and len(self._custom) < _MAX_FORMATS:
            self._custom[_number(attributes.get("numFmtId"))] = meaning_of(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._is_in_cell_styles = True
        elif name == "xf" and self._is_in_cell_styles:
            self._add(_number(attributes.get("numFmtId")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_in_cell_styles = False

    def text(self, text: str) -> None:
        pass

    def _add(self, format_id: int) -> None:
        meaning = self._custom[format_id] if format_id in self._custom else _built_in(format_id)
        if meaning is not None and self._count < _MAX_STYLES:
            self.meanings[str(self._count)] = meaning
        self._count += 1


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
