"""Texts from a file, made fit for a message: on one line, and not too long."""

import re
import unicodedata

_NEVER_SHOWN = {"Cc", "Cf", "Zl", "Zp", "Zs", "Cs", "Co", "Cn"}
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BLANKS = re.compile(" +")


def one_line(text: str, most: int = 80) -> str:
    """A text without line breaks, control, invisible and direction characters; `…` at its end if it was shortened."""
    shown = "".join(" " if _is_blank(character) else character for character in text[: 10 * most])
    line = _BLANKS.sub(" ", shown).strip()
    if len(line) > most or len(text) > 10 * most:
        return line[: most - 1].rstrip() + "…"
    return line


def _is_blank(character: str) -> bool:
    return character in _BLANK_LETTERS or unicodedata.category(character) in _NEVER_SHOWN
