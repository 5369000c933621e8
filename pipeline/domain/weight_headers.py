"""Which unit the header of a weight says: `Weight (g)`, `weight_lb`, `Gewicht in Gramm`, `重量g`."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pipeline.domain.cells import clean
from pipeline.domain.header_names import NOTES, normalize_header
from pipeline.domain.synonyms.table import synonyms
from pipeline.domain.weights import NAMES, WORDS, WeightUnit

Units = frozenset[WeightUnit]

_UNIT_OF = {name: unit for unit, names in NAMES.items() for name in names}
_ENDINGS = tuple(_UNIT_OF)
_BEFORE_UNITS = ("in", "en", "em", "w", "v", "i", "в", "у")
_OTHER_WEIGHTS = frozenset({"mg", "мг", "t", "т", "st", "ct", "quintal", "pfund", "livres"})
_WORDS = re.compile(r"[^\W\d_]+")
_BRACKET = re.compile(r"(.*)[(\[]([^()\[\]]*)[)\]]", re.DOTALL)
_SEPARATORS = ",;/.:|"
_WEIGHT = frozenset({"weight", "gewicht", "poids", "peso", "gewichts", "waga", "wagi", "вес", "веса"})
_UNIT = frozenset(
    {"unit", "units", "uom", "einheit", "unité", "unite", "unidad", "unità", "unita", "eenheid", "unidade", "jednostka"}
)
_MAX_LENGTH, _MAX_PARTS = 100, 4


class _Part(NamedTuple):
    """The beginning of a header, and the unit that its end says; None if that is a note."""

    beginning: str
    unit: WeightUnit | None


def weight_units(header: str) -> Units | None:
    """The units that the header of a weight says, in its name and in brackets; None if it names no weight."""
    name = normalize_header(clean(header))
    return _units_of(name, _MAX_PARTS) if len(name) <= _MAX_LENGTH else None


def units_in_words(header: str) -> Units | None:
    """The units that a header says which is known to be of weights; None if it says one that is not read."""
    if (units := weight_units(header)) is not None:
        return units
    words = _words(header)
    return None if words & _OTHER_WEIGHTS else frozenset(_UNIT_OF[word] for word in words & _UNIT_OF.keys())


def has_clear_unit(header: str) -> bool:
    """Whether a header that is known to be of weights says no unit, or one that is read."""
    units = units_in_words(header)
    return units is not None and len(units) <= 1


def is_weight_unit(text: str) -> bool:
    """Whether the normalized text in a bracket is a unit of weights."""
    return text in _UNIT_OF


def names_unit_column(header: str) -> bool:
    """Whether a header is that of the units of weights, row by row, such as `Variant Weight Unit`."""
    words = _words(header[:_MAX_LENGTH])
    return not words.isdisjoint(_WEIGHT) and not words.isdisjoint(_UNIT)


def contradiction_in(header: str) -> str | None:
    """Why the header of a weight says no unit, for a warning; None if it says one or none."""
    units = weight_units(header) or ()
    if len(units) < 2:
        return None
    listed = " and ".join(WORDS[unit] for unit in WeightUnit if unit in units)
    return f"it says {listed}. Keep the unit that its values have"


def _words(header: str) -> set[str]:
    return set(_WORDS.findall(unicodedata.normalize("NFKC", header).casefold()))


def _units_of(name: str, parts: int) -> Units | None:
    if parts:
        for part in _parts(name):
            if (units := _units_of(part.beginning, parts - 1)) is not None:
                return units | {part.unit} if part.unit else units
    return _names_without_unit().get(name)


def _parts(name: str) -> Iterator[_Part]:
    """The ways to take a unit or a note off the end of a name."""
    if bracket := _BRACKET.fullmatch(name):
        inside = _without_joining_word(bracket[2])
        if inside in _UNIT_OF or inside in NOTES:
            yield _Part(bracket[1].rstrip("*#:"), _UNIT_OF.get(inside))
    elif name.endswith(_ENDINGS):
        for ending in filter(name.endswith, _ENDINGS):
            yield from _without(name.removesuffix(ending).rstrip(_SEPARATORS), _UNIT_OF[ending])


def _without_joining_word(inside: str) -> str:
    """`g` for a bracket such as `(in g)`, which is normalized."""
    rests = (inside.removeprefix(word) for word in _BEFORE_UNITS if inside.startswith(word))
    return (
        inside if inside in _UNIT_OF or inside in NOTES else next((rest for rest in rests if rest in _UNIT_OF), inside)
    )


def _without(beginning: str, unit: WeightUnit) -> Iterator[_Part]:
    yield _Part(beginning, unit)
    for word in filter(beginning.endswith, _BEFORE_UNITS):
        yield _Part(beginning.removesuffix(word), unit)


@cache
def _names_without_unit() -> dict[str, Units]:
    """What weights are called, normalized, without a unit at the end unless that is all that tells of a weight."""
    return dict(map(_name_without_unit, ("weight_kg", *synonyms()["weight_kg"])))


def _name_without_unit(phrase: str) -> tuple[str, Units]:
    words = _WORDS.findall(phrase.casefold())
    unit = _UNIT_OF.get(words[-1])
    if unit is None:
        return normalize_header(phrase), frozenset()
    if unit != WeightUnit.KILOGRAM:
        return normalize_header(phrase), frozenset({unit})
    is_joined = len(words) > 2 and words[-2] in _BEFORE_UNITS
    return "".join(words[: -2 if is_joined else -1]), frozenset()
