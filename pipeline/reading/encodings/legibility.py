"""How well a text reads as words of some language, in bits of surprise: fewer are better.

Only non-ASCII characters count, because ASCII reads the same in all of the encodings.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from pipeline.reading.encodings.letters_eastern import EASTERN
from pipeline.reading.encodings.letters_other import OTHER
from pipeline.reading.encodings.letters_western import WESTERN

_UNKNOWN_PAIR, _FOREIGN_LETTER, _MISPLACED, _NO_TEXT, _CONTROL = 12, 16, 24, 28, 40
_ODD_CAPITALS, _SIGNS_IN_A_ROW, _OTHER_LANGUAGE = 14, 5, 8
# How surprising it is to see a word of this language at all.
_RARITY = {"Icelandic": 3}
_FOLDED = str.maketrans("ςșțİ", "σşţı")
_NO_LETTERS = frozenset("ªºµƒˆ")


class _Sign(NamedTuple):
    """How surprising signs are between two characters, each a letter (L), a digit (D), or anything else (O)."""

    signs: str
    before: str
    after: str
    surprise: int


_SIGNS = (
    _Sign("’", "LDO", "DO", 6),
    _Sign("’", "DO", "L", 6),
    _Sign("’", "L", "L", 15),
    _Sign("\u00a0", "DO", "LDO", 5),
    _Sign("\u00a0", "L", "DO", 9),
    _Sign("\u00a0", "L", "L", 13),
    _Sign("“”«»‘", "O", "LDO", 7),
    _Sign("“”«»", "LDO", "O", 7),
    _Sign("‘", "LDO", "O", 11),
    _Sign("‹›", "O", "LD", 10),
    _Sign("‹›", "LD", "O", 10),
    _Sign("„", "O", "LD", 7),
    _Sign("‚", "O", "LD", 12),
    _Sign("–—", "DO", "DO", 5),
    _Sign("–—", "D", "O", 7),
    _Sign("–—", "L", "O", 16),
    _Sign("–—", "O", "LDO", 7),
    _Sign("–—", "L", "L", 18),
    _Sign("…", "DO", "O", 7),
    _Sign("…", "L", "O", 14),
    _Sign("…", "O", "LD", 9),
    _Sign("°", "DO", "O", 5),
    _Sign("°", "L", "O", 9),
    _Sign("ºª", "D", "DO", 6),
    _Sign("ºª", "L", "O", 10),
    _Sign("®™©", "LDO", "O", 5),
    _Sign("®™©", "O", "L", 14),
    _Sign("©", "O", "D", 5),
    _Sign("½¼¾", "DO", "O", 6),
    _Sign("²³", "DL", "O", 7),
    _Sign("¹", "D", "O", 8),
    _Sign("×", "DO", "DO", 5),
    _Sign("±", "DO", "DO", 7),
    _Sign("µ", "DO", "L", 7),
    _Sign("¿¡", "O", "L", 6),
    _Sign("€£¥¢", "DO", "DO", 5),
    _Sign("€£¥¢", "O", "L", 13),
    _Sign("€£¥¢", "L", "O", 12),
    _Sign("§№", "O", "DO", 8),
    _Sign("•·", "O", "LDO", 7),
    _Sign("´", "L", "L", 9),
    _Sign("\u00ad", "L", "L", 13),
    _Sign("‰", "DO", "O", 7),
)
# Signs that are usual next to certain letters: `°C`, `paral·lel`.
_AT_HOME = frozenset(
    {"l·l", "L·L", "°C", "°F", "°c", "N°", "n°", "Nº", "nº", "’s", "’S", "’t", "u’"}
    | {f"{elided}’" for elided in "cdjlnsCDJLNS"}
)
_AT_HOME_SURPRISE = 5


@cache
def _surprise_of_sign(before: str, sign: str, after: str) -> int:
    if not _AT_HOME.isdisjoint({before + sign, sign + after, before + sign + after}):
        return _AT_HOME_SURPRISE
    if unicodedata.category(sign) == "Cc":
        return _CONTROL
    kinds = _kind(before), _kind(after)
    places = (place.surprise for place in _SIGNS if sign in place.signs)
    fits = (
        place.surprise
        for place in _SIGNS
        if sign in place.signs and kinds[0] in place.before and kinds[1] in place.after
    )
    in_a_row = _SIGNS_IN_A_ROW * (before > "\x7f" and _kind(before) == "O" and before != sign)
    return in_a_row + min(fits, default=_MISPLACED if any(places) or unicodedata.category(sign)[0] == "P" else _NO_TEXT)


def _kind(character: str) -> str:
    return "L" if _is_letter(character) else "D" if character.isdigit() else "O"


@cache
def _is_letter(character: str) -> bool:
    is_letter = character.isalpha() and character not in _NO_LETTERS
    return is_letter or (character != "" and unicodedata.category(character)[0] == "M")


class Language:
    """The letters of a language, and how likely each pair is."""

    def __init__(self, pairs: Mapping[int, str], rarity: int) -> None:
        self._rarity = rarity
        self._bits = {run[i : i + 2]: bits for bits, run in pairs.items() for i in range(0, len(run), 2)}
        self._letters = set("".join(self._bits))

    def surprise(self, pairs: Sequence[str]) -> int:
        bits, letters = self._bits, self._letters
        return self._rarity + sum(
            bits.get(pair) or (_UNKNOWN_PAIR if pair[0] in letters and pair[1] in letters else _FOREIGN_LETTER)
            for pair in pairs
        )


@cache
def languages(*names: str) -> tuple[Language, ...]:
    tables = WESTERN | EASTERN | OTHER
    return tuple(Language(tables[name], _RARITY.get(name, 0)) for name in names)


def surprise_of_words(texts: Sequence[str], language_tables: Sequence[Language]) -> int:
    """How surprising texts without blanks are to a reader of these languages.

    Most words are expected to be in one language; a word in another one costs extra.
    """
    words = [word for text in texts for word in non_ascii_words(text)]
    by_language = [[language.surprise(pairs) for language in language_tables] for pairs in map(_pairs, words)]
    in_any = [min(surprises) + _OTHER_LANGUAGE for surprises in by_language]
    in_one = (sum(map(min, surprises, in_any)) for surprises in zip(*by_language, strict=True))
    return min(in_one, default=0) + sum(map(_surprise_of_capitals, words)) + sum(map(_surprise_of_signs, texts))


def non_ascii_words(text: str) -> Iterator[str]:
    """The runs of letters in a text that contain non-ASCII letters."""
    runs = ("".join(characters) for is_word, characters in groupby(text, _is_letter) if is_word)
    return (run for run in runs if not run.isascii())


def _pairs(word: str) -> list[str]:
    folded = "".join(["_", *(character.lower()[0] for character in word.translate(_FOLDED)), "_"])
    return [first + second for first, second in pairwise(folded) if not (first + second).isascii()]


def _surprise_of_capitals(word: str) -> int:
    return 0 if word in {word.lower(), word.upper(), word.capitalize()} else _ODD_CAPITALS


def _surprise_of_signs(text: str) -> int:
    return sum(
        _surprise_of_sign(text[at - 1 : at], character, text[at + 1 : at + 2])
        for at, character in enumerate(text)
        if not character.isascii() and not _is_letter(character)
    )
