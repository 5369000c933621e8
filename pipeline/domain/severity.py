"""How much a warning about a file asks of its vendor: decided by its code, and here alone."""

from typing import Literal

Severity = Literal["warning", "info"]
"""`warning` where something may be wrong, `info` where something was only read in another way."""

_READ_IN_ANOTHER_WAY = frozenset(
    {
        "COLUMN_MAPPED",
        "UNIT_CONVERTED",
        "DECIMAL_COMMA",
        "CURRENCY_DROPPED",
        "ROWS_ABOVE_HEADER",
        "HIDDEN_ROWS",
        "OTHER_SHEETS",
    }
)


def severity_of(code: str) -> Severity:
    return "info" if code in _READ_IN_ANOTHER_WAY else "warning"
