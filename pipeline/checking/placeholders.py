"""Texts in place of a value: a spreadsheet's error values, and placeholders such as `NULL`."""

import re
from collections.abc import Iterable

# As spreadsheets spell them in each language. A closed list, because `#SALE!` may well be a product's name.
_ERROR_VALUES = frozenset(
    """
    #N/A #DIV/0! #DIV/0 #NAME? #NULL! #NUM! #REF! #VALUE! #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT!
    #UNKNOWN! #BUSY! #PYTHON! #EXTERNAL! #DATA! #ERROR! #N/A! #N/D #N/D!
    #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK!
    #VALEUR! #NOM? #NUL! #NOMBRE! #PROPAGATION!
    #¡REF! #¡VALOR! #¡DIV/0! #¿NOMBRE? #¡NULO! #¡NUM! #¡DESBORDAMIENTO! #¡CALC! #VALOR! #NOMBRE? #NULO!
    #RIF! #VALORE! #NOME? #NULLO! #ESPANSIONE!
    #NÚM! #DESPEJAR!
    #N/B #VERW! #WAARDE! #DEEL/0! #NAAM? #LEEG! #GETAL! #OVERLOOP! #BEREKENEN!
    #ADR! #ARG! #DZIEL/0! #NAZWA? #ZERO! #LICZBA! #ROZLANIE! #OBL!
    #Н/Д #ССЫЛКА! #ЗНАЧ! #ДЕЛ/0! #ИМЯ? #ПУСТО! #ЧИСЛО! #ПЕРЕНОС!
    #SAKNAS! #REFERENS! #VÄRDEFEL! #DIVISION/0! #NAMN? #SKÄRNING! #OGILTIGT!
    #I/T #REFERENCE! #VÆRDI! #NAVN? #VERDI!
    #PUUTTUU! #VIITTAUS! #ARVO! #JAKO/0! #NIMI? #TYHJÄ! #LUKU!
    #NENÍ_K_DISPOZICI #ODKAZ! #HODNOTA! #DĚLENÍ_NULOU! #NÁZEV?
    #HIÁNYZIK #HIV! #ÉRTÉK! #ZÉRÓOSZTÓ! #NÉV? #NULLA! #SZÁM!
    #YOK #BAŞV! #DEĞER! #SAYI/0! #AD? #BOŞ! #SAYI!
    """.casefold().split()
)
_MAX_ERROR_VALUE_LENGTH = max(map(len, _ERROR_VALUES))
_CALC_ERROR = re.compile("Err:[0-9]{3}")  # LibreOffice's

_WORDS_FOR_NOTHING = r"""
    null (null) nil none (none) undefined nan nat n/a n.a. <na> \n (blank) (empty) tbd tba
    - -- --- – — ? ?? ???
"""
_WORDS = frozenset(_WORDS_FOR_NOTHING.split())
_WORDS_AND_NA = _WORDS | {"na"}
_OBJECT = re.compile(r"\[object \w+\]")
_MAX_WORD_LENGTH = 20

NO_VALUE = r"(?:Err:\d{3}|<[Nn][Aa]>|[Nn][A-Za-z./]{0,3}|[Uu][Nn][Dd][Ee][Ff]\w{4}|[Tt][Bb][AaDd]|\([A-Za-z]{4,5}\))"
"""A pattern that matches every error value and placeholder that begins with a letter or a bracket, and few others."""


def is_error_value(text: str) -> bool:
    """Whether a cleaned cell is what a spreadsheet shows for a formula without a result, in any language."""
    if text.startswith("#"):
        return len(text) <= _MAX_ERROR_VALUE_LENGTH and text.casefold() in _ERROR_VALUES
    return text.startswith("Err:") and _CALC_ERROR.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether a cleaned cell says that there is no value: `NULL`, `undefined`, `\\N`, `-`, `[object Object]`."""
    if text.startswith("["):
        return _OBJECT.match(text) is not None
    if text.startswith("###"):  # a spreadsheet's display of a number in a column that is too narrow
        return not text.strip("#")
    return len(text) <= _MAX_WORD_LENGTH and (text.casefold() in _WORDS or text == "NA")


def first_placeholder(values: Iterable[str], all_text: str) -> str | None:
    """The first placeholder among cleaned cells; `all_text` has each of them on a line."""
    folded = all_text.casefold()  # one test for all cells, because most rows have no placeholder
    if _WORDS_AND_NA.isdisjoint(folded.split("\n")) and "[object " not in folded and "###" not in folded:
        return None
    return next(filter(is_placeholder, values), None)
