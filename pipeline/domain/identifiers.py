"""Identifiers that a spreadsheet has changed: rounded numbers, numbers with a fraction, dates.

`1.23457E+12` was once `1234567890123`; its last digits are lost, which is an error. Others, such as `20011.0` or
`03.Apr`, may be intended: they are accepted with a warning.
"""

import re
from functools import cache

IDENTIFIERS = ("sku", "vendor_product_id")

_ROUNDED_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_ANY_YEAR = f"(?:{_YEAR}|[0-9]{{2}})"
_TIME = "[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?"
# Spreadsheets never write months in capitals: `MAR-10` is a part number. Names that may mean something else in a SKU,
# such as the Italian `set`, count only after a day.
_MONTH_NAMES = (
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mrz|Mär|Mai|Okt|Dez"
    "|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|mrz|mär|mai|okt|dez|mrt|mei|maj"
    "|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic|fev|paź|wrz|kwi"
)
_MONTH_NAMES_AFTER_A_DAY = f"{_MONTH_NAMES}|gen|mag|giu|lug|set|ott|out|sty|lut|cze|lip|sie|lis|gru"
_BEGINS_WITH_A_DIGIT = (
    "[0-9]+(?:[.,]0|(?:[.,][0-9]+)?[Ee][-+]?[0-9]+)",
    *(f"{_YEAR}{mark}{_MONTH}{mark}{_DAY}(?:[ T]{_TIME})?" for mark in ("-", "/", r"\.")),
    *(f"{_DAY}{mark}{_MONTH}{mark}{_YEAR}(?: {_TIME})?" for mark in ("-", r"\.")),
    *(f"{first}/{second}/{_ANY_YEAR}(?: {_TIME})?" for first, second in ((_DAY, _MONTH), (_MONTH, _DAY))),
    r"(?:0[1-9]|[12][0-9]|3[01])\.(?:0[1-9]|1[0-2])\.[0-9]{2}",
    rf"{_DAY}[-. ]{{1,2}}(?:{_MONTH_NAMES_AFTER_A_DAY})\.?(?:[-. ]{{1,2}}{_ANY_YEAR})?",
    "[0-9]{1,2}:[0-5][0-9]:[0-5][0-9]",
    f"{_MONTH}月{_DAY}日",
)
_BEGINS_WITH_A_MONTH = rf"(?:{_MONTH_NAMES})\.?[- ](?:{_DAY}|{_ANY_YEAR})"

CHANGED_IDENTIFIER_STARTS = {
    # `++` is possessive: within a run of digits no mark or E follows, so backtracking never helps.
    "[0-9]": (
        r"[0-9]++(?:[.,]0|(?:[.,][0-9]++)?[Ee][-+]?[0-9])|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{2}|[0-9]{1,2}:[0-9]"
        r"|[0-9]{1,2}(?:[-. ]{1,2}[A-Za-z][a-zäéû]{2}|月)"
    ),
    "[A-Za-z][a-zäéû]{2}": _BEGINS_WITH_A_MONTH,
}
"""First characters → pattern of the beginning. Every identifier that looks changed matches one of these, and few others
do. Testing the first characters alone rules out most identifiers ten times as fast."""


def is_rounded_number(identifier: str) -> bool:
    """Whether a spreadsheet has replaced the last digits with an exponent: `1.23457E+12`."""
    return "+" in identifier and _ROUNDED_NUMBER.fullmatch(identifier) is not None


def looks_changed(identifier: str) -> bool:
    """Whether an identifier looks as if a spreadsheet had read it as a number or a date."""
    is_candidate = identifier[:1].isdigit() or identifier[1:2].islower()  # rules out most identifiers at once
    return is_candidate and _changed_identifier().fullmatch(identifier) is not None


@cache
def _changed_identifier() -> re.Pattern[str]:
    return re.compile("|".join((*_BEGINS_WITH_A_DIGIT, _BEGINS_WITH_A_MONTH)))
