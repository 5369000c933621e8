"""Judging which encoding some words are in, by how well they read in each encoding that product files use."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from pipeline.reading.encodings.ideographs import surprise_of_ideographs
from pipeline.reading.encodings.legibility import Language, languages, non_ascii_words, surprise_of_words
from pipeline.reading.encodings.letters_eastern import EASTERN
from pipeline.reading.encodings.letters_western import WESTERN

_VIETNAMESE = ("Vietnamese",)
# Every code page gets all of these languages, so that a word that reads the same in two pages favours neither.
_LATIN = (*WESTERN, *(language for language in EASTERN if language not in _VIETNAMESE))
_CYRILLIC = ("Russian", "Ukrainian", "Bulgarian", "Macedonian")
_GREEK, _HEBREW, _ARABIC, _THAI = ("Greek",), ("Hebrew",), ("Arabic", "Persian"), ("Thai",)


class CodePage(NamedTuple):
    codec: str
    """Python's name."""
    name: str
    """The usual name."""
    languages: tuple[str, ...]
    """The languages written in it; empty for multi-byte encodings."""
    rarity: int
    """In bits: how surprising it is to see this encoding at all, compared with Windows-1252."""


WINDOWS_1252 = CodePage("cp1252", "windows-1252", _LATIN, 0)
MULTI_BYTE = (
    CodePage("cp932", "shift_jis", (), 7),
    CodePage("euc_jp", "euc-jp", (), 12),
    CodePage("cp949", "euc-kr", (), 7),
    CodePage("gb18030", "gb18030", (), 7),
    CodePage("cp950", "big5", (), 7),
)
# If two encodings read the same, the first one is named.
CODE_PAGES = (
    WINDOWS_1252,
    *MULTI_BYTE,
    CodePage("cp1250", "windows-1250", _LATIN, 5),
    CodePage("cp1251", "windows-1251", _CYRILLIC, 5),
    CodePage("cp1253", "windows-1253", _GREEK, 5),
    CodePage("cp1254", "windows-1254", _LATIN, 5),
    CodePage("cp1255", "windows-1255", _HEBREW, 5),
    CodePage("cp1256", "windows-1256", _ARABIC, 5),
    CodePage("cp1257", "windows-1257", _LATIN, 8),
    CodePage("cp1258", "windows-1258", _VIETNAMESE, 10),
    CodePage("cp874", "windows-874 (TIS-620)", _THAI, 5),
    CodePage("iso8859_15", "ISO-8859-15", _LATIN, 6),
    CodePage("iso8859_2", "ISO-8859-2", _LATIN, 6),
    CodePage("iso8859_5", "ISO-8859-5", _CYRILLIC, 10),
    CodePage("iso8859_6", "ISO-8859-6", _ARABIC, 10),
    CodePage("iso8859_7", "ISO-8859-7", _GREEK, 8),
    CodePage("iso8859_8", "ISO-8859-8", _HEBREW, 10),
    CodePage("iso8859_9", "ISO-8859-9", _LATIN, 10),
    CodePage("iso8859_13", "ISO-8859-13", _LATIN, 11),
    CodePage("koi8_r", "KOI8-R", _CYRILLIC, 8),
    CodePage("koi8_u", "KOI8-U", _CYRILLIC, 10),
    CodePage("cp850", "cp850", _LATIN, 6),
    CodePage("cp437", "cp437", _LATIN, 8),
    CodePage("cp852", "cp852", _LATIN, 12),
    CodePage("cp866", "cp866", _CYRILLIC, 8),
    CodePage("cp737", "cp737", _GREEK, 10),
    CodePage("cp775", "cp775", _LATIN, 10),
    CodePage("cp857", "cp857", _LATIN, 12),
    CodePage("cp862", "cp862", _HEBREW, 10),
    CodePage("cp720", "cp720", _ARABIC, 10),
    CodePage("mac_roman", "Mac Roman", _LATIN, 8),
    CodePage("mac_latin2", "Mac Central European", _LATIN, 10),
    CodePage("mac_cyrillic", "Mac Cyrillic", _CYRILLIC, 10),
    CodePage("mac_greek", "Mac Greek", _GREEK, 10),
    CodePage("mac_turkish", "Mac Turkish", _LATIN, 10),
)
# Only for comparison: what reads worse than this is not worth proposing.
_UTF_8 = CodePage("utf_8", "utf-8", (*_LATIN, *_VIETNAMESE, *_CYRILLIC, *_GREEK, *_HEBREW, *_ARABIC, *_THAI), rarity=0)
_OTHER_ALPHABETS = tuple(page for page in CODE_PAGES if page.languages not in {(), _LATIN, _VIETNAMESE})
# È is excluded: names in capitals rarely contain this Italian verb, and its byte is a letter in Arabic and Cyrillic.
_WESTERN_WITHOUT_ASCII = frozenset("àáéèíóòöåøæÀÁÉÍÓÒÖÅØÆ") | {"ÄÖÜ", "ÅÄÖ", "ÆØÅ"}
_FIRST_SAMPLE_SIZE = 40
_MAX_WORD_BYTES = 64  # bytes of a word
_SHORTLIST_SIZE = 8
_UNDECODABLE = 25
# In bits for each non-ASCII character; in the Latin alphabet these are the rare letters.
_ILLEGIBLE, _ILLEGIBLE_LATIN, _ILLEGIBLE_IDEOGRAPHS = 11, 20, 14
_UNAMBIGUOUS = 12
# A reading that is more than this much more surprising than the best one is not proposed.
_LIKELY_FACTOR, _LIKELY_MARGIN = 2, 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """The most likely encoding of some words."""

    page: CodePage
    is_legible: bool
    """Whether they look like words in it."""
    is_unambiguous: bool
    """Whether every encoding that yields a different text is much less likely."""


def judge(words: Sequence[bytes]) -> Verdict:
    """Judges pieces of text that contain non-ASCII bytes and no blanks."""
    best, *others = _likely(words, _shortlist(words))
    alike = [other.page for other in others if other.texts == best.texts]
    different = [other for other in others if other.texts != best.texts]
    page = min([best.page, *alike], key=CODE_PAGES.index)
    if page == WINDOWS_1252 and _is_another_alphabet(best.texts):
        return Verdict(
            _likely(words[:_FIRST_SAMPLE_SIZE], _OTHER_ALPHABETS)[0].page, is_legible=True, is_unambiguous=False
        )
    return Verdict(
        page,
        best.is_legible,
        not different or different[0].score - best.score >= _UNAMBIGUOUS,
    )


def likely_pages(words: Sequence[bytes]) -> list[CodePage]:
    """The encodings in which the words look like words, the likeliest first; of several that read them the same, one.

    UTF-8 is none of them, and what reads no better than UTF-8 is left out: it would be garbled text.
    """
    best = judge(words)
    readings = _rank(words, [*dict.fromkeys([best.page, *_shortlist(words)]), _UTF_8])
    most = _LIKELY_FACTOR * next(each.score for each in readings if each.page == best.page) + _LIKELY_MARGIN
    different: dict[tuple[str, ...], CodePage] = {}
    for reading in readings:
        if reading.page == _UTF_8 or reading.score > most:
            break
        if reading.is_legible:
            same = different.get(tuple(reading.texts), reading.page)
            different[tuple(reading.texts)] = min(same, reading.page, key=CODE_PAGES.index)
    return sorted(different.values(), key=lambda page: page != best.page)


def _shortlist(words: Sequence[bytes]) -> Sequence[CodePage]:
    """The encodings that may be meant, by a sample if there are many words."""
    if len(words) <= _FIRST_SAMPLE_SIZE:
        return CODE_PAGES
    step = len(words) // _FIRST_SAMPLE_SIZE
    return [reading.page for reading in _rank(words[::step], CODE_PAGES)[:_SHORTLIST_SIZE]]


@dataclass(frozen=True, slots=True)
class _Reading:
    page: CodePage
    texts: list[str]
    surprise: int

    @property
    def is_legible(self) -> bool:
        most = {_LATIN: _ILLEGIBLE_LATIN, (): _ILLEGIBLE_IDEOGRAPHS}.get(self.page.languages, _ILLEGIBLE)
        return self.surprise <= most * sum(not character.isascii() for text in self.texts for character in text)

    @property
    def score(self) -> int:
        """The surprise at the words plus the rarity of the encoding; less is better."""
        return self.surprise + self.page.rarity


def _is_another_alphabet(texts: Sequence[str]) -> bool:
    """Whether all non-ASCII words, read as Windows-1252, consist of accented letters only."""
    words = {word for text in texts for word in non_ascii_words(text)}
    has_ascii = any(character.isascii() for word in words for character in word)
    return bool(words) and not has_ascii and words.isdisjoint(_WESTERN_WITHOUT_ASCII)


def _likely(words: Sequence[bytes], pages: Sequence[CodePage]) -> list[_Reading]:
    """The legible readings, the likeliest first; all of them if none is legible."""
    ranked = _rank(words, pages)
    return [reading for reading in ranked if reading.is_legible] or ranked


def _rank(words: Sequence[bytes], pages: Sequence[CodePage]) -> list[_Reading]:
    return sorted((_read(words, page) for page in pages), key=attrgetter("score"))


def _read(words: Sequence[bytes], page: CodePage) -> _Reading:
    texts = [unicodedata.normalize("NFC", _decode(word, page.codec)) for word in words]
    penalty = _UNDECODABLE * sum(text.count("\ufffd") for text in texts)
    if page.languages:
        return _Reading(page, texts, penalty + surprise_of_words(texts, _languages_of(page)))
    return _Reading(page, texts, penalty + sum(surprise_of_ideographs(text, page.codec) for text in texts))


def _decode(word: bytes, codec: str) -> str:
    """Decodes the beginning of a word; the cut may split a character, which is dropped."""
    text = word[:_MAX_WORD_BYTES].decode(codec, "replace")
    return text.removesuffix("\ufffd") if len(word) > _MAX_WORD_BYTES else text


@cache
def _languages_of(page: CodePage) -> tuple[Language, ...]:
    return languages(*page.languages)
