"""What to write instead, where it can be told without guessing; None where it cannot."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

_NUMBER = r"(\d[\d.,'\s]*)"
_CURRENCY = r"(?:[$€£¥₹₩₽]|US\$|USD|EUR|GBP|JPY|CHF|CAD|AUD|PLN|SEK|NOK|DKK|CZK|INR|CNY|Fr\.|kr\.?|zł|Kč)"
_AMOUNT_IN_TEXT = re.compile(rf"{_CURRENCY}?\s*{_NUMBER}\s*{_CURRENCY}?", re.ASCII | re.IGNORECASE)
_PIECES_IN_TEXT = re.compile(rf"(?!0+\s*x){_NUMBER}(?:pcs?\.?|pieces?|units?|ea\.?|x|stk\.?|stück)?", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:([.,'\s])\d{3})(?:\1\d{3})*", re.ASCII)
_ZEROS = "(?:0{1,2}|0{4,})"  # three may also be the end of a thousand
_WEIGHT_IN_TEXT = re.compile(r"(\d{1,7})(?:[.,](\d{1,20}))?\s*(?:kg|KG|Kg)?", re.ASCII)
_URL = re.compile(r"https?://[^\s,]+")
_SCHEME = re.compile(r"^https?(?=://)", re.IGNORECASE)
_C1 = re.compile(r"[\x80-\x9f]")
_URL_MARK = re.compile(r"[\s,;|]+")
_PATH_MARK = re.compile(r"[>/|,;]")
_LONGEST_COMPARED = 100
_LONGEST_SUGGESTED = 200
# As different as two slips of the pen in a long name make it, or one in a short one: `Boots` is not `Books`.
_LIKE_A_CATEGORY = 85
_CLEARLY_BETTER = 5
_OTHER_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})
_REMOVED = dict.fromkeys((*range(9), *range(14, 32), 127))
_CONTROL_CHARACTERS = _REMOVED | {0x0B: " ", 0x0C: " "}  # a break of a line or page keeps words apart


def closest(text: str, choices: Iterable[str], *, at_least: float = 80) -> str | None:
    """The one choice that is most like the text (a slip of the pen away), or None if none is."""
    if len(text) > _LONGEST_COMPARED:
        return None
    from rapidfuzz import fuzz, process, utils  # here, because most cold starts can do without it

    found = process.extractOne(text, choices, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=at_least)
    return found[0] if found else None


def category_in(text: str, names: Sequence[str]) -> str | None:
    """The category that a misspelt one or a path stands for: `Elektronics`, `Clothing > T-shirts`."""
    if len(text) > _LONGEST_COMPARED:
        return None
    parts = {part.strip().casefold() for part in _PATH_MARK.split(text)}
    exact = [name for name in names if name.casefold() in parts]
    if exact:
        return exact[0] if len(exact) == 1 else None
    from rapidfuzz import fuzz, process

    like = process.extract(
        text, names, scorer=fuzz.ratio, processor=_spelled_out, score_cutoff=_LIKE_A_CATEGORY - _CLEARLY_BETTER, limit=2
    )
    best, second = [*(score for _, score, _ in like), 0.0, 0.0][:2]
    return like[0][0] if best >= max(_LIKE_A_CATEGORY, second + _CLEARLY_BETTER) else None


def _spelled_out(text: str) -> str:
    """`Toys & Games` and `toys and games` are the same."""
    from rapidfuzz import utils

    return " ".join(utils.default_process(text.replace("&", " and ")).split())


def as_weight(text: str) -> str | None:
    """A weight with a decimal point, and no unit or zeros too many: `0,5 kg` → `0.5`, `0.068000` → `0.068`.

    None where it would have to be rounded.
    """
    found = _WEIGHT_IN_TEXT.fullmatch(text)
    if not found or ("," in text and len(found[2]) == 3):  # `1,234` may be one kilogram or a ton
        return None
    fraction = (found[2] or "").rstrip("0")
    weight = f"{int(found[1])}.{fraction}" if fraction else str(int(found[1]))
    return weight if len(fraction) <= 3 and weight != text else None


def one_url(text: str) -> str | None:
    """The first of several web addresses; a single one with its blanks encoded and its scheme in small letters.

    An address without a scheme gets none: whether http or https, nobody but the vendor knows.
    """
    parts = [part for part in _URL_MARK.split(text) if part]
    if len(parts) > 1 and all(_URL.fullmatch(part) for part in parts):
        return parts[0]
    written = _SCHEME.sub(lambda scheme: scheme[0].lower(), text.replace(" ", "%20"))
    return written if written != text and _URL.fullmatch(written) and text.count("://") == 1 else None


def without_control_characters(text: str) -> str | None:
    """The same to the eye. None for U+0080 to U+009F: most likely letters that were read in a wrong encoding."""
    visible = text.translate(_CONTROL_CHARACTERS).strip()
    is_told = visible and visible != text and len(text) <= _LONGEST_SUGGESTED and not _C1.search(text)
    return visible if is_told else None


def as_amount(text: str) -> str | None:
    """A price freed of currency, thousands separators and a decimal comma: `€ 1.299,00` → `1299.00`.

    None where it could be read in two ways (`1,299` may be one or a thousand) or is none at all.
    """
    number = _bare_number(text, _AMOUNT_IN_TEXT)
    if number is None:
        return None
    whole, mark, fraction = _split_fraction(number)
    if not mark and _GROUPED.fullmatch(number) and number.count(".") + number.count(",") == 1:
        return None
    digits = re.sub(r"\D", "", whole)
    if len(digits) > 6 or not digits or (whole != digits and not _GROUPED.fullmatch(whole)):
        return None
    amount = f"{int(digits)}.{fraction}" if mark else str(int(digits))
    return amount if amount != text and 0 < Decimal(amount) < 1_000_000 else None


def as_whole_number(text: str, most: int) -> str | None:
    """A quantity without a zero fraction or thousands separators: `10.0` → `10`, `1 200` → `1200`."""
    number = _bare_number(text, _PIECES_IN_TEXT)
    if number is None:
        return None
    zero_fraction = re.fullmatch(rf"([^.]+)\.{_ZEROS}|([^,]+),{_ZEROS}", number)
    if zero_fraction:
        number = zero_fraction[1] or zero_fraction[2]
    if not number.isdigit():
        is_ambiguous = not zero_fraction and number.count(".") + number.count(",") == 1
        if not _GROUPED.fullmatch(number) or is_ambiguous:
            return None
        number = re.sub(r"\D", "", number)
    return str(int(number)) if len(number) <= 7 and int(number) <= most and str(int(number)) != text else None


def _bare_number(text: str, pattern: "re.Pattern[str]") -> str | None:
    """The one number in a short text that says nothing else; None for a negative or for several."""
    text = text.translate(_OTHER_BLANKS)
    if len(text) > 40 or not text.isprintable():
        return None
    found = pattern.fullmatch(text)
    return found[1].strip() if found and found[1].isascii() else None


def _split_fraction(number: str) -> tuple[str, str, str]:
    """Splits at the last mark if one or two digits follow it: `1.299,00` → `1.299` `,` `00`.

    More digits that are zeros do no harm, `19.9900`, but three may also be the end of a thousand.
    """
    found = re.fullmatch(r"(.*)([.,])(\d{1,2})(?:|(?<=\d\d)00+)", number)
    return (found[1], found[2], found[3]) if found else (number, "", "")
