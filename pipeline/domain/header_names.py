"""Matching headers to columns: which differences and which bracketed notes are ignored."""

import re
import unicodedata
from collections.abc import Iterable

from pipeline.domain.weights import NAMES as WEIGHT_UNIT_NAMES
from pipeline.domain.weights import WeightUnit

_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_IGNORED = {"Cf", "Cc", "Zs", "Zl", "Zp", "Pd"}
_MINUS_SIGN = "\u2212"
_IGNORED_IN_ASCII = str.maketrans("", "", "-_ " + "".join(map(chr, [*range(32), 127])))
_TRAILING_MARKS = "*#:"
_BRACKET = re.compile(r"(.*)\(([^()]*)\)", re.DOTALL)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTES = _words(
    "required mandatory compulsory obligatory optional recommended text number pflicht pflichtfeld erforderlich"
    " obligatoire requis facultatif obligatorio requerido opcional obbligatorio richiesto facoltativo opzionale"
    " verplicht vereist optioneel obrigatório wymagane opcjonalne 必須 任意 x,y,z... x;y;z..."
)
_CURRENCIES = _words(
    "$ € £ ¥ ₹ ₩ ₽ ₺ ₴ zł kč kr fr us$ r$ tl 円 元 грн руб руб. usd eur gbp jpy cny rmb chf cad aud nzd"
    " pln sek nok dkk czk huf ron bgn try inr"
    " krw brl mxn zar ils aed sar sgd hkd thb uah isk euro euros dollar dollars"
)
_PIECES = _words(
    "pc pcs pcs. pce pces piece pieces unit units ea each item items stk stk. st st. stück pièces unités unidades uds"
    " uds. pezzi pz pz. stuks szt szt. sztuk ks 個 点 шт шт. adet"
)
_KILOGRAMS = WEIGHT_UNIT_NAMES[WeightUnit.KILOGRAM]
_CENTIMETRES = _words("cm cm. cms centimetre centimetres centimeter centimeters см")
_OTHER_UNITS = frozenset[str]().union(*WEIGHT_UNIT_NAMES.values()) | _words(
    "mg t mm m metre metres meter meters in inch inches ft l ml cl litre litres liter liters %"
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


def name_with_number_sign(phrase: str) -> str:
    """The normalized phrase, with the `#` that it ends with, if it does."""
    return normalize_header(phrase) + ("#" if phrase.endswith("#") else "")


def _without_signs(text: str) -> str:
    if text.isascii():
        return text.translate(_IGNORED_IN_ASCII).casefold()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return text.translate(dict.fromkeys(map(ord, filter(_is_ignored, set(text)))))


def _is_ignored(character: str) -> bool:
    return (
        character in "_" + _MINUS_SIGN or character in _INVISIBLE_LETTERS or unicodedata.category(character) in _IGNORED
    )


class HeaderNames:
    """Finds columns by the headers that name them."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` are phrases, each with its column. A `#` at the end of a phrase counts: `Stock #` is no stock."""
        self._by_name = {name_with_number_sign(phrase): column for phrase, column in names}

    def column_of(self, header: str) -> str | None:
        """The column that a header names, or None."""
        name = normalize_header(header)
        if header.endswith("#") and (column := self._by_name.get(name + "#")):
            return column
        return self._by_name.get(name) or (self._before_bracket(name) if name.endswith(")") else None)

    def _before_bracket(self, name: str) -> str | None:
        before, inside = split_bracket(name)
        column = self._by_name.get(before)
        if column:
            return column if is_idle_bracket(inside, column) else None
        own_units = (unit for unit, names in _OWN_UNITS if inside in names)
        return next((self._by_name.get(before + unit) for unit in own_units), None)


def split_bracket(name: str) -> tuple[str, str]:
    """A normalized name without the bracket at its end, and what that contains: nothing if there is no short one."""
    match = _BRACKET.fullmatch(name)
    return (
        (match[1].rstrip(_TRAILING_MARKS), match[2]) if match and len(match[2]) <= _MAX_BRACKET_LENGTH else (name, "")
    )


def is_idle_bracket(inside: str, column: str) -> bool:
    """Whether a bracket after the name of a column only repeats its unit, or is a note."""
    return inside in NOTES or inside in _UNITS_OF_COLUMN.get(column, _ANY_UNIT)
