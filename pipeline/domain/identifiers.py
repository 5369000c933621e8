"""Identifiers that a spreadsheet has changed: digits cut off, numbers with a fraction, dates.

`1234567890123` became `1.23457E+12`, and its last digits are gone: that is an error. Others, such as `20011.0` or
`03.Apr`, may be what they look like: a vendor is warned, and they are taken as they are.
"""

import re
from functools import cache

IDENTIFIERS = ("sku", "vendor_product_id")

_LOST_DIGITS = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_ANY_YEAR = f"(?:{_YEAR}|[0-9]{{2}})"
_TIME = "[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?"
# As spreadsheets write them, which is never in capitals: `MAR-10` is a part number. Words of many languages, but those
# that may mean something else in a SKU, such as the Italian `set`, only where the day comes first.
_MONTH_NAMES = (
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mrz|Mär|Mai|Okt|Dez"
    "|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|mrz|mär|mai|okt|dez|mrt|mei|maj"
    "|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic|fev|paź|wrz|kwi"
)
_BEHIND_A_DAY = f"{_MONTH_NAMES}|gen|mag|giu|lug|set|ott|out|sty|lut|cze|lip|sie|lis|gru"
_BEGINS_WITH_A_DIGIT = (
    "[0-9]+(?:[.,]0|(?:[.,][0-9]+)?[Ee][-+]?[0-9]+)",
    *(f"{_YEAR}{mark}{_MONTH}{mark}{_DAY}(?:[ T]{_TIME})?" for mark in ("-", "/", r"\.")),
    *(f"{_DAY}{mark}{_MONTH}{mark}{_YEAR}(?: {_TIME})?" for mark in ("-", r"\.")),
    *(f"{first}/{second}/{_ANY_YEAR}(?: {_TIME})?" for first, second in ((_DAY, _MONTH), (_MONTH, _DAY))),
    r"(?:0[1-9]|[12][0-9]|3[01])\.(?:0[1-9]|1[0-2])\.[0-9]{2}",
    rf"{_DAY}[-. ]{{1,2}}(?:{_BEHIND_A_DAY})\.?(?:[-. ]{{1,2}}{_ANY_YEAR})?",
    "[0-9]{1,2}:[0-5][0-9]:[0-5][0-9]",
    f"{_MONTH}月{_DAY}日",
)
_BEGINS_WITH_A_MONTH = rf"(?:{_MONTH_NAMES})\.?[- ](?:{_DAY}|{_ANY_YEAR})"

MAY_BE_SPREADSHEETS_WORK = {
    # `++` is possessive: fewer digits of a run are never followed by a mark or an E, so none is given back.
    "[0-9]": (
        r"[0-9]++(?:[.,]0|(?:[.,][0-9]++)?[Ee][-+]?[0-9])|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{2}|[0-9]{1,2}:[0-9]"
        r"|[0-9]{1,2}(?:[-. ]{1,2}[A-Za-z][a-zäéû]{2}|月)"
    ),
    "[A-Za-z][a-zäéû]{2}": _BEGINS_WITH_A_MONTH,
}
"""Patterns of how all identifiers begin that look changed, and few others, by their first characters. Whoever looks at
those first is done with most identifiers ten times as quickly."""


def has_lost_digits(identifier: str) -> bool:
    return "+" in identifier and _LOST_DIGITS.fullmatch(identifier) is not None


def looks_changed(identifier: str) -> bool:
    """Whether an identifier looks as if a spreadsheet had taken it for a number or a date."""
    may_be = identifier[:1].isdigit() or identifier[1:2].islower()  # which says no to most of them at once
    return may_be and _spreadsheets_work().fullmatch(identifier) is not None


@cache
def _spreadsheets_work() -> re.Pattern[str]:
    return re.compile("|".join((*_BEGINS_WITH_A_DIGIT, _BEGINS_WITH_A_MONTH)))
