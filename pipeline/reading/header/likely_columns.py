"""Guessing which column a header is meant for. The guess is only a proposal, and doubtful guesses are left out."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.domain.columns import column_of
from pipeline.domain.header_matching import synonym_of
from pipeline.domain.header_names import normalize_header

_MAX_COMPARED_LENGTH = 60
_LETTERS_A_SLIP, _MAX_SLIPS = 5, 2
_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Words that only name the owner or the unit, or in which unit its values are.
_IGNORED_WORDS = frozenset(
    [
        *["variant", "product", "item", "article", "your", "our", "my", "the", "of", "in", "for", "a", "no", "current"],
        *["eur", "usd", "gbp", "chf", "pln", "kg", "cm", "pcs", "pieces", "required", "optional", "x", "y", "z"],
    ]
)
# What is not certain enough for a synonym.
_PHRASES = {
    "vendor_product_id": ["id", "vendor id", "seller id"],
    "product_name": ["item description", "artikel", "artículo", "articolo"],
    "category": ["type", "department", "collection"],
    "compare_at_price": ["list price"],
    "stock_quantity": ["availability", "available"],
    "image_url": ["media", "thumbnail"],
}
_BY_PHRASE = {phrase: column for column, phrases in _PHRASES.items() for phrase in phrases}


def likely_column(header: str, choices: Iterable[str]) -> str | None:
    """The column among `choices` that a header is probably meant for, although it names none."""
    choices = list(choices)
    column = _meaning(" ".join(_words(header))) or _meaning(_without_idle_words(header))
    return column if column in choices else _misspelt(header, choices)


def _meaning(phrase: str) -> str | None:
    return _BY_PHRASE.get(phrase) or synonym_of(phrase) or column_of(phrase)


def likely_headers(columns: Sequence[str], headers: Sequence[str]) -> dict[str, str]:
    """Column → the header that is probably meant for it, for columns with exactly one such header."""
    likely: dict[str, list[str]] = {}
    for header in headers:
        if column := likely_column(header, columns):
            likely.setdefault(column, []).append(header)
    return {column: meant[0] for column, meant in likely.items() if len(meant) == 1}


def _words(header: str) -> list[str]:
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header[:_MAX_COMPARED_LENGTH]))
    return _PARTS.findall(text.casefold())


def _without_idle_words(header: str) -> str:
    return " ".join(word for word in _words(header) if word not in _IGNORED_WORDS)


def _misspelt(header: str, choices: Sequence[str]) -> str | None:
    name, words = normalize_header(header), set(_words(header))
    slips = {column: min(len(column) // _LETTERS_A_SLIP, _MAX_SLIPS) for column in choices}
    alike = [
        column
        for column, most in slips.items()
        if abs(len(name) - len(normalize_header(column))) <= most and not set(column.split("_")) <= words
    ]
    if not alike:
        return None
    from rapidfuzz.distance import OSA  # imported here because most files do not need it

    near = [column for column in alike if OSA.distance(name, normalize_header(column)) <= slips[column]]
    return near[0] if len(near) == 1 else None
