"""Defaults as people and programs write them: `12,99`, `€ 12.99`."""

from pipeline.checking.currencies import CURRENCIES
from pipeline.domain.cells import clean
from pipeline.domain.numbers import NUMBER_COLUMNS, PRICE_COLUMNS, ColumnReading, split_word


def plain_default(column: str, text: str) -> str:
    """The cleaned text; a number that can be read in one way only as digits with a decimal point."""
    text = clean(text)
    if column not in NUMBER_COLUMNS:
        return text
    word = split_word(text).word if column in PRICE_COLUMNS else ""
    return ColumnReading(currency=word if word in CURRENCIES else "").read(text)
