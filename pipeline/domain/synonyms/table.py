"""The synonym table: what shops, platforms and suppliers call our columns, by column and language.

Every phrase means one thing everywhere. So there is no `ID`, `Code`, `Ref`, `Size` or `Type`; no bar code; no net,
purchase, list or unit price; no least stock, and no availability that may be yes or no. `en` also has the names of
export formats in any language. Phrases are separated by ` | `, and each also counts without its accents.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from pipeline.domain.header_names import HeaderNames
from pipeline.domain.synonyms.amounts import AMOUNTS
from pipeline.domain.synonyms.names import NAMES
from pipeline.domain.synonyms.texts import TEXTS

TABLE = NAMES | TEXTS | AMOUNTS
"""Column → language → phrases."""

_MIN_LENGTH_WITHOUT_ACCENTS = 3
_ACCENTS = re.compile("[\u0300-\u036f]")


def synonyms() -> dict[str, list[str]]:
    """Column → its phrases, each once."""
    return {
        column: list(dict.fromkeys(spelling for text in languages.values() for spelling in _spellings(text)))
        for column, languages in TABLE.items()
    }


@cache
def synonym_names() -> HeaderNames:
    """Finds columns by their synonyms."""
    return HeaderNames((phrase, column) for column, phrases in synonyms().items() for phrase in phrases)


def _spellings(text: str) -> Iterator[str]:
    for phrase in text.split(" | "):
        yield phrase
        if not phrase.isascii():
            plain = _without_accents(phrase)
            if len(plain) >= _MIN_LENGTH_WITHOUT_ACCENTS:
                yield plain


def _without_accents(text: str) -> str:
    """The text as typed on a keyboard without accents. Marks that make other letters, as in Japanese, stay."""
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
