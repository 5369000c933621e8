"""The delimiters that a file may use."""

from collections import Counter
from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def most_consistent(texts: Sequence[str], delimiters: Sequence[str] = DELIMITERS) -> str:
    """The delimiter that splits the most lines into the same number of cells, at least two; the first one of a tie."""
    return max(delimiters, key=lambda delimiter: _consistency(texts, delimiter))


def _consistency(texts: Sequence[str], delimiter: str) -> int:
    counts = Counter(_count_outside_quotes(text, delimiter) for text in texts)
    del counts[0]
    return max(counts.values(), default=0)


def _count_outside_quotes(text: str, delimiter: str) -> int:
    """How often a delimiter occurs outside quotes, assuming that quotes come in pairs."""
    if '"' not in text:
        return text.count(delimiter)
    return sum(part.count(delimiter) for part in text.split('"')[::2])
