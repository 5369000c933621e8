"""Texts of cells, as spreadsheet programs decode them."""

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


def unescaped(text: str) -> str:
    """Decodes `_x000D_` and the like, by which a workbook writes what XML cannot hold.

    U+0000 stays as it is written, for no database takes it; half a character becomes U+FFFD.
    """
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] != "0000" else escape[0], text)
    return _paired(text) if _SURROGATE.search(text) else text


def _paired(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class LimitedText:
    """Joins pieces of a text up to a length, and drops the rest."""

    __slots__ = ("_most", "_pieces", "_room")

    def __init__(self, most: int) -> None:
        self._most = most
        self.clear()

    def clear(self) -> None:
        self._pieces: list[str] = []
        self._room = self._most

    def add(self, piece: str) -> None:
        if self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def __str__(self) -> str:
        return "".join(self._pieces)
