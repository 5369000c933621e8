"""Suggestions: the value to write instead, if exactly one is possible; otherwise None."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote_plus

from pipeline.checking.currencies import CURRENCIES
from pipeline.checking.units import PIECES, WEIGHTS
from pipeline.checking.value_rules import URL
from pipeline.checking.written_numbers import read_number, written_number
from pipeline.domain.characters import invisible_in, without_invisible
from pipeline.domain.columns import ListingStatus
from pipeline.domain.weights import KILOGRAMS, WeightUnit

_MAX_AMOUNT, _MAX_KILOGRAMS = Decimal(1_000_000), Decimal(10_000_000)
_SCHEME = re.compile(r"^https?(?=://)", re.IGNORECASE)
_C1 = re.compile(r"[\x80-\x9f]")
_PLAUSIBLE_URL = re.compile(r"https?://[^\W_]+(?:(?:\.|-+)[^\W_]+)*(?::[0-9]{1,5})?(?:[/?#].*)?")
_URL_MARK = re.compile(r"[\s,;|]+")
_PATH_MARK = re.compile(r"[>/|,;]")
_QUOTES = "\"'“”„«»‘’"
_MAX_COMPARED_LENGTH = 100
_MAX_SUGGESTION_LENGTH = 200
# Allows two typos in a long name and one in a short one, but `Boots` is not `Books`.
_LIKE_A_CATEGORY = 85
_CLEARLY_BETTER = 5
_MAY_BE_A_CATEGORY = 70
_REMOVED = dict.fromkeys((*range(9), *range(14, 32), 127))
_CONTROL_CHARACTERS = _REMOVED | {0x0B: " ", 0x0C: " "}  # a break of a line or page keeps words apart


def closest(text: str, choices: Iterable[str], *, at_least: float = 80) -> str | None:
    """The choice that is most similar to the text, or None if none is within a typo of it."""
    if len(text) > _MAX_COMPARED_LENGTH:
        return None
    from rapidfuzz import fuzz, process, utils  # imported here because most cold starts do not need it

    match = process.extractOne(text, choices, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=at_least)
    return match[0] if match else None


def as_listing_status(text: str) -> str | None:
    """`Active` → `active`."""
    return next((status for status in ListingStatus if status == text.casefold()), None)


def category_in(text: str, names: Sequence[str]) -> str | None:
    """The category that a misspelt name or a path means: `Elektronics`, `Clothing > T-shirts`."""
    if len(text) > _MAX_COMPARED_LENGTH:
        return None
    parts = {part.strip().casefold() for part in _PATH_MARK.split(text)}
    exact = [name for name in names if name.casefold() in parts] or _same_to_the_eye(text, names)
    if exact:
        return exact[0] if len(exact) == 1 else None
    from rapidfuzz import fuzz, process

    at_least = _LIKE_A_CATEGORY - _CLEARLY_BETTER
    candidates = process.extract(
        unescape(text), names, scorer=fuzz.ratio, processor=_spelled_out, score_cutoff=at_least, limit=2
    )
    best, second = [*(score for _, score, _ in candidates), 0.0, 0.0][:2]
    return candidates[0][0] if best >= max(_LIKE_A_CATEGORY, second + _CLEARLY_BETTER) else None


def similar_categories(text: str, names: Sequence[str], *, limit: int) -> list[str]:
    """The categories that a wrong name resembles or names among others, the most similar first."""
    if len(text) > _MAX_COMPARED_LENGTH:
        return []
    from rapidfuzz import fuzz, process

    found = process.extract(
        unescape(text), names, scorer=fuzz.WRatio, processor=_spelled_out, score_cutoff=_MAY_BE_A_CATEGORY, limit=limit
    )
    return [name for name, _, _ in found]


def _same_to_the_eye(text: str, names: Sequence[str]) -> list[str]:
    """The categories that a text equals once its characters are decoded: `Home &amp; Kitchen`."""
    meant = {_plain(decode(text)) for decode in (str, unescape, unquote_plus, lambda text: unescape(unescape(text)))}
    return [name for name in names if _plain_name(name) in meant]


@lru_cache(maxsize=10_000)
def _plain_name(name: str) -> str:
    """The plain form of a category, cached because millions of rows may be compared with it."""
    return _plain(name)


def _plain(text: str) -> str:
    return " ".join(normalize("NFKC", without_invisible(text)).casefold().strip(_QUOTES).split())


def _spelled_out(text: str) -> str:
    """The form in which names are compared: `Toys & Games` equals `toys and games`."""
    from rapidfuzz import utils

    return " ".join(utils.default_process(text.replace("&", " and ")).split())


def as_weight(text: str, unit: WeightUnit = WeightUnit.KILOGRAM) -> str | None:
    """A weight in a unit with a decimal point: `0,5 kg` → `0.5`, `500 g` → `0.5`, `0.068000` → `0.068`.

    None if it would have to be rounded: two pounds are 0.90718474 kg.
    """
    number, own = written_number(text), KILOGRAMS[unit]
    factor = WEIGHTS.get(number.after or unit) if number and not number.before else None
    if not number or factor is None:
        return None
    digits = read_number(number.digits, 3 if factor == own else 9, with_decimal_point=factor == own)
    if digits is None or Decimal(digits) * factor >= _MAX_KILOGRAMS:
        return None
    weight = _shortest(Decimal(digits) * factor / own)
    return weight if weight != text and len(weight.partition(".")[2]) <= 3 else None


def _shortest(number: Decimal) -> str:
    return format(number.normalize(), "f")


def one_url(text: str) -> str | None:
    """The first of several URLs, or a single URL with its blanks encoded and its scheme in lower case.

    None for a URL without a scheme (it may be http or https), for URLs without a separator, and for impossible hosts
    such as `%20a.de`.
    """
    parts = [part for part in _URL_MARK.split(text) if part]
    if parts and parts != [text] and all(map(URL.fullmatch, parts)):
        return parts[0] if _PLAUSIBLE_URL.fullmatch(parts[0]) else None
    url = _SCHEME.sub(lambda scheme: scheme[0].lower(), text.replace(" ", "%20"))
    is_one = URL.fullmatch(url) and _PLAUSIBLE_URL.fullmatch(url) and text.count("://") == 1
    return url if url != text and is_one else None


def without_control_characters(text: str) -> str | None:
    """A text that looks the same. None for text with U+0080 to U+009F: most likely letters in a wrong encoding."""
    visible = text.translate(_CONTROL_CHARACTERS).strip()
    is_certain = visible and visible != text and len(text) <= _MAX_SUGGESTION_LENGTH and not _C1.search(text)
    return visible if is_certain else None


def without_invisible_characters(identifier: str) -> str | None:
    """An identifier that looks the same. None if it has a character that joins or separates letters."""
    visible = without_control_characters(identifier) or identifier
    if "\u200c" in visible or "\u200d" in visible:
        return None
    visible = without_invisible(visible).strip()
    return visible if visible and visible != identifier and not invisible_in(visible) else None


def as_amount(text: str, *, allow_zero: bool = False) -> str | None:
    """A price without currency, thousands separators and decimal comma: `€ 1.299,00` → `1299.00`.

    None if it is ambiguous (`1,299` may be one or a thousand), not a price, or zero without `allow_zero`.
    """
    number = written_number(text)
    if not number or any(word and word not in CURRENCIES for word in (number.before, number.after)):
        return None
    amount = read_number(number.digits, 2)
    if amount is None or amount == text or not 0 <= Decimal(amount) < _MAX_AMOUNT:
        return None
    return amount if allow_zero or Decimal(amount) else None


def as_whole_number(text: str, most: int) -> str | None:
    """A quantity without a zero fraction or thousands separators: `10.0` → `10`, `1 200` → `1200`."""
    number = written_number(text)
    if not number or number.before or number.after not in {"", *PIECES}:
        return None
    pieces = read_number(number.digits, 0)
    begins_another_notation = number.after == "x" and not number.digits.strip("0")  # such as 0x1F
    if pieces is None or pieces == text or begins_another_notation:
        return None
    return pieces if len(pieces) <= 7 and int(pieces) <= most else None
