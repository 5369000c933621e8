"""White space, invisible and control characters, and how messages name them."""

import re
import unicodedata

WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# First and last character of each range: general category Cf except U+0600 to U+0605 and U+06DD, which are visible, and
# except the tags, which flags end with; then fillers and blanks of other categories. The ranges are written out because
# searching all of Unicode would add a tenth of a second to every cold start.
_INVISIBLE_RANGES = (
    ("\u00ad", "\u00ad"),
    ("\u034f", "\u034f"),
    ("\u061c", "\u061c"),
    ("\u070f", "\u070f"),
    ("\u0890", "\u0891"),
    ("\u08e2", "\u08e2"),
    ("\u115f", "\u1160"),
    ("\u17b4", "\u17b5"),
    ("\u180e", "\u180e"),
    ("\u200b", "\u200f"),
    ("\u202a", "\u202e"),
    ("\u2060", "\u2064"),
    ("\u2066", "\u206f"),
    ("\u2800", "\u2800"),
    ("\u3164", "\u3164"),
    ("\ufeff", "\ufeff"),
    ("\uffa0", "\uffa0"),
    ("\ufff9", "\ufffb"),
    ("\U000110bd", "\U000110bd"),
    ("\U000110cd", "\U000110cd"),
    ("\U00013430", "\U0001343f"),
    ("\U0001bca0", "\U0001bca3"),
    ("\U0001d173", "\U0001d17a"),
    ("\U000e0001", "\U000e0001"),
)
_RANGES = "".join(f"{first}-{last}" for first, last in _INVISIBLE_RANGES)
INVISIBLE = "".join(chr(code) for first, last in _INVISIBLE_RANGES for code in range(ord(first), ord(last) + 1))

_INVISIBLE_INSIDE = re.compile(f"[{_RANGES}\U000e0020-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_BREAK = re.compile("[\n\r\x85\u2028\u2029]")
_NAMES_OF_CONTROLS = {
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x0b": "LINE TABULATION",
    "\x0c": "FORM FEED",
    "\x7f": "DELETE",
}


def invisible_in(text: str) -> str | None:
    """The first invisible character of a text. The tags of a complete flag emoji are visible."""
    if text.isascii():
        return None
    match = _INVISIBLE_INSIDE.search(_FLAG.sub("", text))
    return match[0] if match else None


def without_invisible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE_INSIDE.sub("", text)


def control_in(text: str) -> str | None:
    """The first control character of a text, except tabs and line breaks."""
    match = _CONTROL.search(text)
    return match[0] if match else None


def line_break_in(text: str) -> str | None:
    match = _LINE_BREAK.search(text)
    return match[0] if match else None


def name_of(character: str) -> str:
    """The name of a character in a message: `U+00AD SOFT HYPHEN`."""
    name = unicodedata.name(character, "") or _NAMES_OF_CONTROLS.get(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()
