"""Finding text whose UTF-8 was read as Windows-1252: `GrÃ¶ÃŸe`, `èŒ¶`.

Each non-ASCII character has become a first letter, Â to ô, and one to three signs for the bytes 80 to BF. Some of these
signs follow such a letter in sound text, too: quotation marks, dashes, `™`, no-break spaces, š and ž.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

# The characters of the bytes 80 to BF in Windows-1252, and the control characters of those bytes in Latin-1.
_FOLLOWERS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ" + "".join(map(chr, range(0x80, 0xC0)))


def _followers_without(signs: str) -> str:
    return re.sub(f"[{signs}]", "", _FOLLOWERS)


_AT_THE_END_OF_A_WORD = "’”…–—›"
_AFTER_CAPITALS = "“‘»«™®©\xa0"
_IN_SOUND_TEXT = "…†‡Š‹Ž‘’“”•–—™š›ž\xa0©ª«\xad®°²-´·¹º»\x85\x91-\x97\x99"
_NEVER_AFTER_A_LETTER = _followers_without(_IN_SOUND_TEXT)
_NEVER_AFTER_A_SIGN = _followers_without(f"{_IN_SOUND_TEXT}€‚„Œœ¡-§±µ¼-¿") + "¤¦"
_BETWEEN_WORDS = "\xa0’”…–—»›"
_AFTER_TIMES_SIGN = _followers_without(r"\x80-\x8f«-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ")  # in Hebrew; a size may be 2 by ½
_BESIDE_WORDS = _AT_THE_END_OF_A_WORD + "“‘»«\xa0\xad´"
_LETTER = r"[^\W\d_]"
_SEQUENCE = f"(?:[Â-ÖØ-Û][{_FOLLOWERS}]|×[{_AFTER_TIMES_SIGN}]|[à-ï][{_FOLLOWERS}]{{2}}|[ð-ô][{_FOLLOWERS}]{{3}})"
_SOUND_CAPITALS = "ÁÂÄÉÍÓÔÚ"
_SOUND_PAIR = f"(?![ŠŽ][{_SOUND_CAPITALS}][ŠŽ]|([–—…·•])[Â-Û]\\1)"  # in Czech; of a list

# Matches the UTF-8 of the non-ASCII characters alone: most sound text has no such letter before that many signs.
_SIGN = rb"(?:\xc2.|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2[\x80\x82\x84].)"
_CANDIDATE = re.compile(
    rb"\xc3(?:[\x82-\x9b](?=%b)|[\xa0-\xb4](?=%b%b|\xe2\x82)|\xb0(?=%b))" % ((_SIGN,) * 4), re.DOTALL
)
_ASCII = bytes(range(0x80))


def find_decoded_twice(text: str) -> Iterator[re.Match[str]]:
    """Every place with such text, in any order."""
    non_ascii = text.encode(errors="replace").translate(None, _ASCII)
    for first in set(_CANDIDATE.findall(non_ascii)):
        yield from _pattern(first.decode()).finditer(text)


@lru_cache(maxsize=64)
def _pattern(first: str) -> re.Pattern[str]:
    """The pattern for one first letter: searching for one letter is much faster than searching for several."""
    has_two = f"(?=[{_FOLLOWERS}]{{2}}|€)" if "à" <= first <= "ï" else ""  # rules out most places quickly
    return re.compile(f"{first}{has_two}(?:{'|'.join(_follower_patterns(first))})")


def _follower_patterns(first: str) -> Iterator[str]:
    """Patterns of what follows a first letter in suspicious text."""
    if first in "ÂÃ":
        capital = f"|(?<![A-ZÀ-ÖØ-Þ]{first})[{_AFTER_CAPITALS}]" if first == "Ã" else f"|[{_AFTER_CAPITALS}]"
        yield f"[{_followers_without(_AT_THE_END_OF_A_WORD + _AFTER_CAPITALS)}]{capital}"
        yield rf"[{_AT_THE_END_OF_A_WORD}{_AFTER_CAPITALS}](?=\w)"
    if first in "ÄÅ":
        yield f"(?<=[a-z]{first})[{_FOLLOWERS}]"
    if first in "ÄÅÆÈÌ":
        yield f"(?<={_LETTER}{first})[{_NEVER_AFTER_A_LETTER}]|[{_NEVER_AFTER_A_LETTER}](?={_LETTER})"
        yield f"(?<!{_LETTER}{first})(?!’s\\b)[{_followers_without(chr(0xA0))}](?=[a-z])"
        yield f"[šž](?={_LETTER})|(?<=[A-Z]{first})[{_followers_without(_BESIDE_WORDS)}](?=[a-z])"
    if first <= "Û":
        sound = "" if first in "ÐÑÎÏ×ØÙ" else _SOUND_PAIR
        yield f"{sound}[{_AFTER_TIMES_SIGN if first == '×' else _FOLLOWERS}]{_SEQUENCE}"
    elif "à" <= first <= "ï":
        yield from _two_follower_patterns(first)
    elif first == "ð":
        yield "Ÿ"
    else:
        yield f"[{_FOLLOWERS}]{{3}}(?={_SEQUENCE})"


def _two_follower_patterns(first: str) -> Iterator[str]:
    """Patterns of the two signs after a small letter that cannot be the end of a word and its punctuation."""
    yield f"[{_FOLLOWERS}]{{2}}{_SEQUENCE}"
    yield f"[{_NEVER_AFTER_A_LETTER}][{_FOLLOWERS}]"
    yield f"[{_IN_SOUND_TEXT}][{_NEVER_AFTER_A_SIGN}]"
    if first == "â":
        yield "€"
    if first == "á":  # most accented letters of Vietnamese
        yield f"[»º](?:[{_followers_without(_BETWEEN_WORDS)}](?={_LETTER})|[§¯±£¥])"
