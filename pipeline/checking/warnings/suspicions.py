"""Suspicions: accepted values that look as if a program had damaged them."""

import re
from collections.abc import Iterator
from enum import Enum
from unicodedata import is_normalized

from pipeline.checking.placeholders import first_placeholder
from pipeline.checking.warnings.decoded_twice import find_decoded_twice
from pipeline.domain.cells import is_text_formula
from pipeline.domain.identifiers import IDENTIFIERS, looks_changed
from pipeline.domain.records import Record
from pipeline.domain.severity import WarningCode


class Suspicion(Enum):
    """A kind of suspicious value: the end of the warning, with a `{}` for an example from the file."""

    CHANGED_BY_SPREADSHEET = (
        "a sku or vendor_product_id such as {} that a spreadsheet seems to have changed: format the column as text,"
        " and enter the identifiers again"
    )
    PLACEHOLDER = 'a word in place of a value, such as "{}": leave a cell empty where there is no value'
    APOSTROPHE = (
        "a ' before a value, such as {}: it is read as a part of the value; if a spreadsheet put it there, take it out"
    )
    QUOTED_IDENTIFIER = "quotation marks around a sku or vendor_product_id, such as {}: they are read as a part of it"
    ENTITY = 'a text with an HTML code, such as "{}": write the character itself'
    ESCAPE = 'a text with a code of a spreadsheet, such as "{}": it stands for a line break or the like; take it out'
    REPLACEMENT = (
        'a text with the sign "\ufffd" in place of a character that could not be read, such as "{}": write it again'
    )
    DECODED_TWICE = (
        'a text that looks as if it had been read in a wrong encoding, such as "{}": export the file again as UTF-8'
    )
    TEXT_FORMULA = "a formula such as {}: only the text between its quotes is read"
    SEPARATE_ACCENTS = (
        "a sku or vendor_product_id with an accent that is a character of its own, such as {}: it looks the same as one"
        " without, and is another identifier; type it again where the two should be one"
    )

    @property
    def code(self) -> WarningCode:
        if self is Suspicion.CHANGED_BY_SPREADSHEET:
            return WarningCode.EXCEL_IDENTIFIERS
        return WarningCode.SUSPICIOUS_VALUES


_ENTITY = re.compile("&(?:#[0-9]{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,7});")
_MARKUP = re.compile("<[A-Za-z/!]")
_ESCAPE = re.compile("_x00[0-9A-Fa-f]{2}_")
_AFTER_APOSTROPHE = re.compile(r"'(?:[-=+@].*|[0-9][0-9.,/\- ]*)", re.DOTALL)  # `'Tis` and `'80s` are words
_OPENING, _CLOSING = frozenset("\"'“„«‘‚`"), frozenset("\"'”“»’‘`")
_MAX_EXAMPLE_LENGTH = 40


def suspicions_of(record: Record) -> Iterator[tuple[Suspicion, str]]:
    """Each kind of suspicion about a record, and the suspicious text."""
    values = record.values
    all_text = "\n".join(values.values())  # one test for all cells, because few records are suspicious
    identifiers = [text for column in IDENTIFIERS if (text := values.get(column))]
    if changed := next(filter(looks_changed, identifiers), None):
        yield Suspicion.CHANGED_BY_SPREADSHEET, changed
    if quoted := next(filter(_is_quoted, identifiers), None):
        yield Suspicion.QUOTED_IDENTIFIER, quoted
    if placeholder := first_placeholder(values.values(), all_text):
        yield Suspicion.PLACEHOLDER, placeholder
    if "'" in all_text and (apostrophe := _with_apostrophe(values)):
        yield Suspicion.APOSTROPHE, apostrophe
    if "&" in all_text and (entity := next(filter(None, map(_entity, values.values())), None)):
        yield Suspicion.ENTITY, entity
    if "_x00" in all_text and (escape := _ESCAPE.search(all_text)):
        yield Suspicion.ESCAPE, _around(all_text, escape.start())
    if values is not record.received and (formula := _text_formula(record)):
        yield Suspicion.TEXT_FORMULA, formula
    if not all_text.isascii():
        if accented := next(filter(_has_separate_accents, identifiers), None):
            yield Suspicion.SEPARATE_ACCENTS, accented
        yield from _in_non_ascii(all_text)


def _text_formula(record: Record) -> str | None:
    """A cell `="…"` whose text was read; a formula of a workbook is none."""
    received = (cell for column, cell in record.received.items() if column not in record.faults)
    return next(filter(is_text_formula, received), None)


def _has_separate_accents(text: str) -> bool:
    return not text.isascii() and not is_normalized("NFC", text)


def suspicious_places(text: str) -> Iterator[int]:
    """The places in a text of many lines that make their cells suspicious regardless of the column."""
    if "&" in text:
        yield from (match.start() for match in _ENTITY.finditer(text))
    if "_" in text and "_x00" in text:  # searching for one character is ten times as fast
        yield from (match.start() for match in _ESCAPE.finditer(text))
    if not text.isascii():
        if "\ufffd" in text:
            yield from (match.start() for match in re.finditer("\ufffd", text))
        yield from (match.start() for match in find_decoded_twice(text))


def _in_non_ascii(all_text: str) -> Iterator[tuple[Suspicion, str]]:
    replaced = all_text.find("\ufffd")
    if replaced >= 0:
        yield Suspicion.REPLACEMENT, _around(all_text, replaced)
    if twice := next(find_decoded_twice(all_text), None):
        yield Suspicion.DECODED_TWICE, _around(all_text, twice.start())


def _with_apostrophe(values: dict[str, str]) -> str | None:
    texts = ((column, text) for column, text in values.items() if text.startswith("'") and not _is_quoted(text))
    return next((text for column, text in texts if column in IDENTIFIERS or _AFTER_APOSTROPHE.fullmatch(text)), None)


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] in _OPENING and text[-1] in _CLOSING


def _entity(text: str) -> str | None:
    """The text around an HTML code, or None; codes in a text with markup are correct."""
    match = _ENTITY.search(text)
    return _around(text, match.start()) if match and not _MARKUP.search(text) else None


def _around(text: str, at: int) -> str:
    """The words around a place, on one line."""
    begin = max(text.rfind("\n", 0, at) + 1, at - _MAX_EXAMPLE_LENGTH // 2)
    return text[begin : begin + _MAX_EXAMPLE_LENGTH].partition("\n")[0]
