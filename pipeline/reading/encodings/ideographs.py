"""How well a text reads as Chinese, Japanese or Korean, in bits of surprise as in `legibility.py`."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from pipeline.reading.encodings.common_ideographs import (
    HANGUL,
    HANGUL_GOODS,
    KANJI,
    KANJI_GOODS,
    SIMPLIFIED,
    SIMPLIFIED_GOODS,
    TRADITIONAL,
    TRADITIONAL_GOODS,
)

_LATIN = re.compile("[A-Za-z]")
_BESIDE_LATIN = 7
_GOODS = 9
# (rank, bits): characters up to this rank in the order of frequency have this surprise.
_BITS = ((100, 8), (400, 9), (1000, 11), (2000, 12))
_HIRAGANA, _KATAKANA, _HALF_WIDTH, _MARK, _RARE, _OTHER, _NOT_ASSIGNED = 6, 7, 10, 9, 14, 18, 25
# Codec → its frequent characters, those of goods, and the codec and last lead byte of characters that are not rare.
_COMMON = {
    "cp932": (KANJI, KANJI_GOODS, "cp932", 0x97),
    "euc_jp": (KANJI, KANJI_GOODS, "cp932", 0x97),
    "cp949": (HANGUL, HANGUL_GOODS, "euc_kr", 0xC8),
    "gb18030": (SIMPLIFIED, SIMPLIFIED_GOODS, "gb2312", 0xD7),
    "cp950": (TRADITIONAL, TRADITIONAL_GOODS, "cp950", 0xC6),
}


def surprise_of_ideographs(text: str, codec: str) -> int:
    """How surprising a text without blanks is to a reader of the codec's language, in bits."""
    return sum(_surprises(text, codec))


def _surprises(text: str, codec: str) -> Iterator[int]:
    bits = _bits_of(codec)
    before = " "
    for character in text:
        if not character.isascii():
            yield bits[character] if character in bits else _surprise_of_rare(character, codec)
        if before.isascii() != character.isascii() and _LATIN.search(before + character):
            yield _BESIDE_LATIN
        before = character


@cache
def _bits_of(codec: str) -> dict[str, int]:
    frequent, goods, _, _ = _COMMON[codec]
    bits = {}
    for place, character in enumerate(frequent):
        bits[character] = next(bits for most, bits in _BITS if place < most)
    for character in goods:
        bits[character] = min(bits.get(character, _GOODS), _GOODS)
    return bits


def _surprise_of_rare(character: str, codec: str) -> int:
    if unicodedata.category(character) in {"Co", "Cn", "Cc"}:
        return _NOT_ASSIGNED
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uff5e" or character in "・ー":
        return _MARK
    if codec in {"cp932", "euc_jp"}:
        if "\u3041" <= character <= "\u309f":
            return _HIRAGANA
        if "\u30a0" <= character <= "\u30ff":
            return _KATAKANA
        if "\uff61" <= character <= "\uff9f":
            return _HALF_WIDTH
    _, _, standard, last_lead = _COMMON[codec]
    encoded = character.encode(standard, "ignore")
    is_listed = len(encoded) == 2 and encoded[0] <= last_lead
    return _RARE if is_listed and (character >= "\u4e00") else _OTHER
