"""Matching headers to columns: which differences and which bracketed notes are ignored."""

import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_IGNORED = {"Cf", "Cc", "Zs", "Zl", "Zp", "Pd"}
_MINUS_SIGN = "\u2212"
_IGNORED_IN_ASCII = str.maketrans("", "", "-_ " + "".join(map(chr, [*range(32), 127])))
_TRAILING_MARKS = "*#:"
_BRACKET = re.compile(r"(.*)\(([^()]*)\)", re.DOTALL)
_NOTES = frozenset({"required", "mandatory", "compulsory", "obligatory", "optional", "recommended", "text", "number"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CURRENCIES = _words(
    "$ € £ ¥ ₹ ₩ ₽ ₺ ₴ zł kč kr fr us$ usd eur gbp jpy cny rmb chf cad aud nzd pln sek nok dkk czk huf ron bgn try inr"
    " krw brl mxn zar ils aed sar sgd hkd thb uah isk euro euros dollar dollars"
)
_PIECES = _words("pc pcs pcs. pce pces piece pieces unit units ea each stk stk. item items")
_KILOGRAMS = _words("kg kgs kilogram kilograms kilo kilos")
_CENTIMETRES = _words("cm cms centimetre centimetres centimeter centimeters")
_OTHER_UNITS = _words(
    "g gr gram grams mg t lb lbs pound pounds oz ounce ounces mm m metre metres meter meters in inch inches ft l ml"
    " cl litre litres liter liters %"
)
# The units that a column may have in brackets. Others change the meaning: `price (kg)` may be the price of a kilogram.
_UNITS_OF_COLUMN = {
    "price": _CURRENCIES,
    "compare_at_price": _CURRENCIES,
    "stock_quantity": _PIECES,
    "weight_kg": _KILOGRAMS,
    "dimensions_cm": _CENTIMETRES,
}
_ANY_UNIT = _CURRENCIES | _PIECES | _KILOGRAMS | _CENTIMETRES | _OTHER_UNITS
_MAX_BRACKET_LENGTH = 40
_OWN_UNITS = (("kg", _KILOGRAMS), ("cm", _CENTIMETRES))


def normalize_header(header: str) -> str:
    """The form in which headers are compared: the same for `Vendor Product-ID` and `VENDOR PRODUCT ID*:`."""
    return _without_signs(header).rstrip(_TRAILING_MARKS)


def _without_signs(header: str) -> str:
    if header.isascii():
        return header.translate(_IGNORED_IN_ASCII).casefold()
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", header).casefold())
        if not _is_ignored(character)
    )


def _is_ignored(character: str) -> bool:
    return (
        character in "_" + _MINUS_SIGN or character in _INVISIBLE_LETTERS or unicodedata.category(character) in _IGNORED
    )


class HeaderNames:
    """Finds columns by the headers that name them."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._by_normalized = {normalize_header(column): column for column in columns}

    def column_of(self, header: str) -> str | None:
        """The column that a header names, or None."""
        name = normalize_header(header)
        return self._by_normalized.get(name) or (self._before_bracket(name) if name.endswith(")") else None)

    def _before_bracket(self, name: str) -> str | None:
        match = _BRACKET.fullmatch(name)
        if not match or len(match[2]) > _MAX_BRACKET_LENGTH:
            return None
        before, inside = match[1].rstrip(_TRAILING_MARKS), match[2]
        column = self._by_normalized.get(before)
        if column:
            return column if inside in _NOTES | _UNITS_OF_COLUMN.get(column, _ANY_UNIT) else None
        own_units = (unit for unit, names in _OWN_UNITS if inside in names)
        return next((self._by_normalized.get(before + unit) for unit in own_units), None)
