"""Quoting a vendor's text on one line of a message."""

import unicodedata

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff")
_VISIBLE_NUMBER_SIGNS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd"
)  # Arabic number signs: of category Cf, but they show


def one_line(text: str, most: int = 80) -> str:
    """The text on one line of at most `most` characters; a longer one ends with `…`.

    Line breaks, control characters and invisible characters become blanks, and several blanks become one.
    """
    beginning = text[: 8 * most]  # a cell may be very long; eight times as much allows for leading blanks
    line = " ".join("".join(" " if _shows_nothing(each) else each for each in beginning).split())
    if len(line) <= most and len(beginning) == len(text):
        return line
    return line[: most - 1].rstrip() + "…"


def shorten(text: str, length: int = 60) -> str:
    """The text on one line, cut after `length` characters. Invisible characters and blanks stay."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text[: length + 1])
    return line if len(text) <= length else line[:length] + "…"


def _shows_nothing(character: str) -> bool:
    if character in _VISIBLE_NUMBER_SIGNS:
        return False
    return unicodedata.category(character) in _INVISIBLE_CATEGORIES or character in _INVISIBLE_LETTERS
