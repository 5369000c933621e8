"""Texts from files and names, made fit to stand within a message: on one line, and short."""

import re

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def one_line(text: str, most: int = 80) -> str:
    """The text with each run of breaks, blanks, invisible and direction characters as one blank, shortened with `…`."""
    line = _BREAKS.sub(" ", text[: 4 * most + 100]).strip()
    return line if len(line) <= most and len(text) <= 4 * most + 100 else line[: most - 1].rstrip() + "…"
