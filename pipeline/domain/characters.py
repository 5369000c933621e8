"""Characters that matter to us: white space, those that show nothing, and how a message names one."""

import re
import unicodedata

WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# First and last of each range: general category Cf without U+0600 to U+0605 and U+06DD, which show, and without the
# tags, which end flags; then fillers and blanks of other categories. Written out, because a search through all of
# Unicode would cost every cold start a tenth of a second.
_SHOW_NOTHING = (
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
_RANGES = "".join(f"{first}-{last}" for first, last in _SHOW_NOTHING)
INVISIBLE = "".join(chr(code) for first, last in _SHOW_NOTHING for code in range(ord(first), ord(last) + 1))

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
    """The first character inside a text that shows nothing; the tags of a whole flag do show."""
    if text.isascii():
        return None
    match = _INVISIBLE_INSIDE.search(_FLAG.sub("", text))
    return match[0] if match else None


def without_invisible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE_INSIDE.sub("", text)


def control_in(text: str) -> str | None:
    """The first control character of a text, other than tab and line breaks."""
    match = _CONTROL.search(text)
    return match[0] if match else None


def line_break_in(text: str) -> str | None:
    match = _LINE_BREAK.search(text)
    return match[0] if match else None


def name_of(character: str) -> str:
    """A character as a message names it: `U+00AD SOFT HYPHEN`."""
    name = unicodedata.name(character, "") or _NAMES_OF_CONTROLS.get(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()
