"""A text from a file, or a name, inside a sentence of ours."""

import unicodedata

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff")
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd")  # Arabic number signs: of category Cf, but they show


def one_line(text: str, most: int = 80) -> str:
    """The text on one line of at most so many characters; the last one is `…` where it goes on.

    Line breaks, control characters, and characters that show nothing or turn the direction of reading become a blank,
    and several blanks become one.
    """
    beginning = text[: 8 * most]  # a cell may be very long, and begin with blanks
    line = " ".join("".join(" " if _shows_nothing(each) else each for each in beginning).split())
    if len(line) <= most and len(beginning) == len(text):
        return line
    return line[: most - 1].rstrip() + "…"


def shortened(text: str, length: int = 60) -> str:
    """A vendor's text inside a message: on one line and not too long."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text[: length + 1])
    return line if len(text) <= length else line[:length] + "…"


def _shows_nothing(character: str) -> bool:
    if character in _SEEN:
        return False
    return unicodedata.category(character) in _UNSEEN_CATEGORIES or character in _UNSEEN_LETTERS
