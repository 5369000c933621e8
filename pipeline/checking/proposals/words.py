"""The words of a header."""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENTS = re.compile("[\u0300-\u036f]")


def words_of(header: str) -> list[str]:
    """The words of a name, in lower case, without accents and digits: `vkBrutto` → `vk`, `brutto`."""
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header)).casefold()
    return _WORD.findall(unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text))))
