"""Numbers as people and programs write them: with separators, currencies, units, quotes and noise.

A number is read only if it is unambiguous: `1.299,00` is, `1,299` is not.
"""

import math
import re
from decimal import Decimal
from typing import NamedTuple

from pipeline.domain.characters import WHITE_SPACE, without_invisible

_MAX_LENGTH = 40
_FULL_PRECISION = 15
"""The number of significant digits in a spreadsheet's number."""
_LIKE_ASCII = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width characters
    | dict.fromkeys(map(ord, WHITE_SPACE.translate(dict.fromkeys(map(ord, "\t\n\x0b\x0c\r\x85\u2028\u2029")))), " ")
    | dict.fromkeys(map(ord, "‘’‛′´`"), "'")
    | dict.fromkeys(map(ord, "‐‑–—−"), "-")
    | {0xFFE5: "¥", 0xFFE1: "£", 0xFFE0: "¢"}
)
_QUOTED = re.compile(r"(?:\"+([^\"]*)\"+|“([^“”]*)[”“]|„([^„“”]*)[“”]|«([^«»]*)»|'([^']*)')")
_PARTS = re.compile(r"([^0-9]*)([0-9][0-9.,' ]*(?:[Ee][-+]?[0-9]+)?)([^0-9]*)")
_NO_CENTS = re.compile(r"(?<=[0-9])[.,]-{1,2}(?![0-9])")
_PLAIN = re.compile("[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[Ee]([-+]?[0-9]{1,2})")


class WrittenNumber(NamedTuple):
    """One number, and the text before and after it, in lower case without blanks and full stops."""

    before: str
    digits: str
    after: str


def written_number(text: str) -> WrittenNumber | None:
    """The number in a short text; None if there is none, if it is negative, or if there are several."""
    text = _unquoted(without_invisible(text).translate(_LIKE_ASCII).strip())
    parts = _PARTS.fullmatch(_NO_CENTS.sub("", text)) if len(text) <= _MAX_LENGTH and text.isprintable() else None
    if not parts:
        return None
    before, digits, after = parts[1].rstrip(), parts[2].strip(), parts[3]
    if before[-1:] in {".", ","} and not before[-2:-1].isalpha():  # `$.99`, but not `Rs.99`
        before, digits = before[:-1], before[-1] + digits
    return WrittenNumber(_folded(before.rstrip().removesuffix("+")), digits, _folded(after.rstrip("* ")))


def read_number(digits: str, decimals: int, *, with_decimal_point: bool = False) -> str | None:
    """The number with a decimal point and at most `decimals` decimals.

    None if it would have to be rounded, or is ambiguous; `with_decimal_point` means that a single point is a decimal
    point.
    """
    if scientific := _SCIENTIFIC.fullmatch(digits):
        return _from_scientific(scientific, decimals)
    at = max(digits.rfind("."), digits.rfind(","))
    whole, mark, fraction = (digits[:at], digits[at], digits[at + 1 :]) if at >= 0 else (digits, "", "")
    if not mark or mark in whole:
        return _without_groups(digits)
    may_be_thousands = len(fraction) == 3 and len(whole) <= 3 and whole.isdigit() and whole != "0"
    if may_be_thousands and not (mark == "." and with_decimal_point):
        return None
    integer = _without_groups(whole or "0")
    return None if integer is None else _with_decimals(integer, fraction, decimals)


def _without_groups(text: str) -> str | None:
    """The digits of a number whose groups, if any, are well-formed: `1 299`, `1.299.000`, `12,34,567`."""
    is_number = any(pattern.fullmatch(text) for pattern in (_PLAIN, _GROUPED, _INDIAN))
    return str(int("".join(filter(str.isdigit, text)))) if is_number else None


def _with_decimals(integer: str, fraction: str, decimals: int) -> str | None:
    if fraction and not _PLAIN.fullmatch(fraction):
        return None
    decimal_digits = fraction[:decimals] + fraction[decimals:].rstrip("0")
    if len(decimal_digits) > decimals:
        return _without_noise(Decimal(f"{integer}.{fraction}"), decimals)
    return f"{integer}.{decimal_digits}" if decimal_digits else integer


def _from_scientific(number: re.Match[str], decimals: int) -> str | None:
    """None unless the digits extend beyond the last decimal: 1.2E+03 may have been 1234 before it was rounded."""
    whole, fraction, exponent = number[1], number[2] or "", int(number[3])
    value = Decimal(f"{whole}.{fraction or 0}").scaleb(exponent)
    has_all_digits = len(fraction) - exponent > decimals or len(fraction) + 1 >= _FULL_PRECISION
    if not has_all_digits:
        return None
    integer, _, rest = format(value.normalize(), "f").partition(".")
    return _with_decimals(integer, rest, decimals)


def _without_noise(value: Decimal, decimals: int) -> str | None:
    """Rounds away a spreadsheet's floating-point noise: `133.80000000000001` is 133.80."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals))
    distance, step = abs(float(value) - float(rounded)), math.ulp(float(value))
    is_noise = len(value.as_tuple().digits) >= _FULL_PRECISION and distance <= 4 * step
    return str(rounded) if is_noise else None


def _unquoted(text: str) -> str:
    """Removes quotation marks around a text, and the `'` that makes a spreadsheet read a number as text."""
    while quoted := _QUOTED.fullmatch(text):
        text = next(inside for inside in quoted.groups() if inside is not None).strip()
    return text.removeprefix("'")


def _folded(text: str) -> str:
    return text.replace(" ", "").casefold().rstrip(".:")
