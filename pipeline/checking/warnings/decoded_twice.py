"""Texts whose UTF-8 was once read as Windows-1252: `GrÃ¶ÃŸe`, `èŒ¶`.

Each character beyond ASCII has become a first letter, Â to ô, and one to three signs that stand for the bytes 80 to BF.
Some of these signs follow such a letter in sound text, too: quotation marks, dashes, `™`, no-break spaces, š and ž.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

# What the bytes 80 to BF are in Windows-1252, and where it has no character, or in Latin-1, a control character.
_BEHIND = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ" + "".join(map(chr, range(0x80, 0xC0)))


def _behind_without(signs: str) -> str:
    return re.sub(f"[{signs}]", "", _BEHIND)


_AT_THE_END_OF_A_WORD = "’”…–—›"
_BEHIND_CAPITALS = "“‘»«™®©\xa0"
_IN_SOUND_TEXT = "…†‡Š‹Ž‘’“”•–—™š›ž\xa0©ª«\xad®°²-´·¹º»\x85\x91-\x97\x99"
_NEVER_BEHIND_A_LETTER = _behind_without(_IN_SOUND_TEXT)
_NEVER_BEHIND_A_SIGN = _behind_without(f"{_IN_SOUND_TEXT}€‚„Œœ¡-§±µ¼-¿") + "¤¦"
_BETWEEN_WORDS = "\xa0’”…–—»›"
_BEHIND_X = _behind_without(r"\x80-\x8f«-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ")  # in Hebrew; a size may be 2 by ½
_BESIDE_WORDS = _AT_THE_END_OF_A_WORD + "“‘»«\xa0\xad´"
_LETTER = r"[^\W\d_]"
_SEQUENCE = f"(?:[Â-ÖØ-Û][{_BEHIND}]|×[{_BEHIND_X}]|[à-ï][{_BEHIND}]{{2}}|[ð-ô][{_BEHIND}]{{3}})"
_SOUND_CAPITALS = "ÁÂÄÉÍÓÔÚ"
_SOUND_PAIR = f"(?![ŠŽ][{_SOUND_CAPITALS}][ŠŽ]|([–—…·•])[Â-Û]\\1)"  # in Czech; of a list

# Of the UTF-8 of all that is beyond ASCII: most sound text has no such letter before so many such signs.
_SIGN = rb"(?:\xc2.|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2[\x80\x82\x84].)"
_CANDIDATE = re.compile(
    rb"\xc3(?:[\x82-\x9b](?=%b)|[\xa0-\xb4](?=%b%b|\xe2\x82)|\xb0(?=%b))" % ((_SIGN,) * 4), re.DOTALL
)
_ASCII = bytes(range(0x80))


def decoded_twice(text: str) -> Iterator[re.Match[str]]:
    """Every place, in any order."""
    non_ascii = text.encode(errors="replace").translate(None, _ASCII)
    for first in set(_CANDIDATE.findall(non_ascii)):
        yield from _pattern(first.decode()).finditer(text)


@lru_cache(maxsize=64)
def _pattern(first: str) -> re.Pattern[str]:
    """One for each first letter: to search for one letter is much quicker than to search for several."""
    has_two = f"(?=[{_BEHIND}]{{2}}|€)" if "à" <= first <= "ï" else ""  # quick to see
    return re.compile(f"{first}{has_two}(?:{'|'.join(_behind(first))})")


def _behind(first: str) -> Iterator[str]:
    """What makes a first letter suspicious, each a pattern of what is behind it."""
    if first in "ÂÃ":
        capital = f"|(?<![A-ZÀ-ÖØ-Þ]{first})[{_BEHIND_CAPITALS}]" if first == "Ã" else f"|[{_BEHIND_CAPITALS}]"
        yield f"[{_behind_without(_AT_THE_END_OF_A_WORD + _BEHIND_CAPITALS)}]{capital}"
        yield rf"[{_AT_THE_END_OF_A_WORD}{_BEHIND_CAPITALS}](?=\w)"
    if first in "ÄÅ":
        yield f"(?<=[a-z]{first})[{_BEHIND}]"
    if first in "ÄÅÆÈÌ":
        yield f"(?<={_LETTER}{first})[{_NEVER_BEHIND_A_LETTER}]|[{_NEVER_BEHIND_A_LETTER}](?={_LETTER})"
        yield f"(?<!{_LETTER}{first})(?!’s\\b)[{_behind_without(chr(0xA0))}](?=[a-z])"
        yield f"[šž](?={_LETTER})|(?<=[A-Z]{first})[{_behind_without(_BESIDE_WORDS)}](?=[a-z])"
    if first <= "Û":
        sound = "" if first in "ÐÑÎÏ×ØÙ" else _SOUND_PAIR
        yield f"{sound}[{_BEHIND_X if first == '×' else _BEHIND}]{_SEQUENCE}"
    elif "à" <= first <= "ï":
        yield from _two_behind(first)
    elif first == "ð":
        yield "Ÿ"
    else:
        yield f"[{_BEHIND}]{{3}}(?={_SEQUENCE})"


def _two_behind(first: str) -> Iterator[str]:
    """Of a small letter, which is no letter of its own if both signs are none that follow a word."""
    yield f"[{_BEHIND}]{{2}}{_SEQUENCE}"
    yield f"[{_NEVER_BEHIND_A_LETTER}][{_BEHIND}]"
    yield f"[{_IN_SOUND_TEXT}][{_NEVER_BEHIND_A_SIGN}]"
    if first == "â":
        yield "€"
    if first == "á":  # most accented letters of Vietnamese
        yield f"[»º](?:[{_behind_without(_BETWEEN_WORDS)}](?={_LETTER})|[§¯±£¥])"
