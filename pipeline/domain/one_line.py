"""Quoting a vendor's text on one line of a message."""

import unicodedata

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff")
# Arabic number signs: of category Cf, but visible.
_VISIBLE_NUMBER_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd")


def one_line(text: str, max_length: int = 80) -> str:
    """The text on one line of at most `max_length` characters; a longer one ends with `…`.

    Line breaks, control characters and invisible characters become blanks, and several blanks become one.
    """
    beginning = text[: 8 * max_length]  # a cell may be very long; eight times as much allows for leading blanks
    line = " ".join("".join(" " if _is_invisible(each) else each for each in beginning).split())
    if len(line) <= max_length and len(beginning) == len(text):
        return line
    return line[: max_length - 1].rstrip() + "…"


def shorten(text: str, length: int = 60) -> str:
    """The text on one line, cut after `length` characters; control characters become blanks."""
    line = text[: length + 1]
    if not line.isprintable():
        line = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in line)
    return line if len(text) <= length else line[:length] + "…"


def _is_invisible(character: str) -> bool:
    if character in _VISIBLE_NUMBER_SIGNS:
        return False
    return unicodedata.category(character) in _INVISIBLE_CATEGORIES or character in _INVISIBLE_LETTERS
