"""What may separate the cells of a file."""

from collections import Counter
from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def most_steady(texts: Sequence[str], delimiters: Sequence[str] = DELIMITERS) -> str:
    """The delimiter that splits most of these lines into the same number of cells, two or more; the first of equals."""
    return max(delimiters, key=lambda delimiter: _steadiness(texts, delimiter))


def _steadiness(texts: Sequence[str], delimiter: str) -> int:
    counts = Counter(_outside_quotes(text, delimiter) for text in texts)
    del counts[0]
    return max(counts.values(), default=0)


def _outside_quotes(text: str, delimiter: str) -> int:
    """How often a delimiter stands outside quotes, as far as these come in pairs."""
    if '"' not in text:
        return text.count(delimiter)
    return sum(part.count(delimiter) for part in text.split('"')[::2])
