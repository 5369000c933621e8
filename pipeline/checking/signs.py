"""Hints in messages: what is wrong with a cell although it may look right."""

import re

from pipeline.checking.placeholders import is_placeholder
from pipeline.domain.characters import control_in, invisible_in, line_break_in, name_of
from pipeline.domain.columns import REQUIRED
from pipeline.domain.numbers import split_word

_CURLY_QUOTES, _STRAIGHT_QUOTES, _APOSTROPHES = frozenset("“”„‟«»"), '"', frozenset("'‘’‛")
_TWO_READINGS = re.compile("([1-9][0-9]{0,2})[.,]([0-9]{3})")
_WITH_EXPONENT = re.compile("[0-9]+(?:[.,][0-9]+)?[Ee][-+]?[0-9]+")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


def number_hint(column: str, text: str, *, is_number_cell: bool = False) -> str:
    """The end of a message about a cell that is not a number, from its semicolon on; empty if the reason is obvious.

    A number cell of a workbook can be read in one way only.
    """
    if is_placeholder(text):
        return "" if column in REQUIRED else "; leave the cell empty if there is none"
    if invisible := hidden_character_hint(text):
        return invisible
    if not is_number_cell and (numbers := _TWO_READINGS.fullmatch(split_word(text).number)):
        return f"; this can be read as {numbers[1]}.{numbers[2]} or as {numbers[1]}{numbers[2]}"
    if _WITH_EXPONENT.fullmatch(text):
        return "; write the number out, without E"
    if sign := _quote_in(text):
        return f"; take out the {sign}"
    return "; write the digits 0 to 9" if _OTHER_DIGIT.search(text) else ""


def hidden_character_hint(text: str) -> str:
    """The end of a message about a cell with an invisible character; empty if there is none."""
    if text.isascii() and text.isprintable():  # true of most cells
        return ""
    if line_break_in(text):
        return "; it has a line break inside"
    character = control_in(text) or invisible_in(text)
    return f"; it has {name_of(character)} inside, which is invisible" if character else ""


def _quote_in(text: str) -> str | None:
    if not _CURLY_QUOTES.isdisjoint(text):
        return "curly quotes"
    if _STRAIGHT_QUOTES in text:
        return "quotation marks"
    has_apostrophe_at_an_end = not _APOSTROPHES.isdisjoint((text[:1], text[-1:]))
    return "apostrophe" if has_apostrophe_at_an_end else None
