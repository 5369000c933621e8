"""The codes of warnings, and the severity of each."""

from enum import StrEnum


class Severity(StrEnum):
    """`warning` if something may be wrong, `info` if something was only read in another way."""

    WARNING = "warning"
    INFO = "info"


class WarningCode(StrEnum):
    ENCODING_GUESSED = "ENCODING_GUESSED"
    ROWS_ABOVE_HEADER = "ROWS_ABOVE_HEADER"
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    COLUMN_MAPPED = "COLUMN_MAPPED"
    AMBIGUOUS_COLUMN = "AMBIGUOUS_COLUMN"
    UNIT_CONVERTED = "UNIT_CONVERTED"
    DECIMAL_COMMA = "DECIMAL_COMMA"
    CURRENCY_DROPPED = "CURRENCY_DROPPED"
    OTHER_SHEETS = "OTHER_SHEETS"
    HIDDEN_ROWS = "HIDDEN_ROWS"
    MERGED_CELLS = "MERGED_CELLS"
    LONG_ROWS = "LONG_ROWS"
    SHORT_ROWS = "SHORT_ROWS"
    BARE_QUOTES = "BARE_QUOTES"
    SPACED_QUOTES = "SPACED_QUOTES"
    EXCEL_IDENTIFIERS = "EXCEL_IDENTIFIERS"
    LEADING_ZEROS_LOST = "LEADING_ZEROS_LOST"
    SUSPICIOUS_VALUES = "SUSPICIOUS_VALUES"
    SAME_FILE = "SAME_FILE"
    STILL_WITHDRAWN = "STILL_WITHDRAWN"
    VALUES_LEFT_OUT = "VALUES_LEFT_OUT"
    MASS_WITHDRAWAL = "MASS_WITHDRAWAL"
    MASS_ZERO_STOCK = "MASS_ZERO_STOCK"
    PRICE_CLIFF = "PRICE_CLIFF"


_READ_IN_ANOTHER_WAY = frozenset(
    {
        WarningCode.COLUMN_MAPPED,
        WarningCode.UNIT_CONVERTED,
        WarningCode.DECIMAL_COMMA,
        WarningCode.CURRENCY_DROPPED,
        WarningCode.ROWS_ABOVE_HEADER,
        WarningCode.HIDDEN_ROWS,
        WarningCode.OTHER_SHEETS,
    }
)


def severity_of(code: str) -> Severity:
    """The severity of a stored code; a code that this version does not know is a warning."""
    return Severity.INFO if code in _READ_IN_ANOTHER_WAY else Severity.WARNING
