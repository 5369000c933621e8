"""The rules for records.

Rules 1 to 5 need only the record and are here. Rules 6 and 7 compare it with other records: of the file in
`duplicates.py`, of the catalogue in the validate stage.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.checking.categories import Categories as Categories
from pipeline.checking.currencies import is_other_currency
from pipeline.checking.placeholders import is_error_value
from pipeline.checking.signs import hidden_character_hint, number_hint
from pipeline.checking.suggestions import (
    as_amount,
    as_listing_status,
    as_weight,
    as_whole_number,
    one_url,
    without_control_characters,
    without_invisible_characters,
)
from pipeline.checking.value_rules import MAX_WEIGHT as MAX_WEIGHT
from pipeline.checking.value_rules import URL as URL
from pipeline.checking.value_rules import WEIGHT as WEIGHT
from pipeline.checking.value_rules import invalid_values, text_problem
from pipeline.domain.columns import COLUMNS, LABELS, OPTIONAL, REQUIRED
from pipeline.domain.errors import (
    OUR_FAULT,
    ErrorType,
    RowError,
)
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.numbers import PRICE_COLUMNS, split_word
from pipeline.domain.one_line import shorten
from pipeline.domain.records import Record

RULES_VERSION = "2026-11-30.3"
DEFAULT_UNIT = "piece"

MIN_PRICE, MAX_PRICE = Decimal("0.01"), Decimal("999999.99")
MAX_STOCK = 1_000_000

AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_NEGATIVE = re.compile(r"-\s?[0-9]+([.,][0-9]+)?")
WHOLE_NUMBER = re.compile(r"[0-9]+")
NEVER_CLEARED = tuple(column for column in COLUMNS if column in {*REQUIRED, "listing_status"})
_MAX_LENGTHS = {column: limit or sys.maxsize for column, limit in COLUMNS.items()}


def required_fields_present(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 1: all required fields have a value. Whether a record creates a product is not known here."""
    values = record.values
    missing = [column for column in record.needed if not values.get(column)]
    if missing or record.cleared:
        yield from missing_fields(missing or [column for column in NEVER_CLEARED if column in record.cleared])


def missing_fields(columns: Sequence[str]) -> Iterator[RowError]:
    """The one error of a record that lacks values in these columns, if there are any."""
    if columns:
        names = [LABELS[column] for column in columns]
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        yield RowError(ErrorType.MISSING_REQUIRED_FIELDS, ",".join(columns), f"{listed} must not be empty")


def prices_in_range(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 2: price, and compare_at_price if present, is an amount from 0.01 to 999999.99; the latter may be 0."""
    for column in ("price", "compare_at_price"):
        text = record[column]
        if text and (problem := _price_problem(record, column, text)) and not is_error_value(text):
            yield record.error(ErrorType.INVALID_PRICE, column, f"{LABELS[column]} {problem}")


def _price_problem(record: Record, column: str, text: str) -> str | None:
    is_amount = AMOUNT.fullmatch(text)
    amount = Decimal(text) if is_amount else Decimal(0)
    if amount > MAX_PRICE:
        return f"must be at most {MAX_PRICE}"
    if amount >= MIN_PRICE or (is_amount and not amount and column == "compare_at_price"):
        return None
    if is_amount or _NEGATIVE.fullmatch(text):
        return f"must be at least {MIN_PRICE}"
    currency = record.numbers.currency
    if is_other_currency(split_word(text).word, currency):
        return f'must be in {currency}; "{shorten(text)}" is in another currency'
    limits = f"from {MIN_PRICE} to {MAX_PRICE} with at most two decimals"
    hint = number_hint(column, text, is_number_cell=column in record.number_cells)
    return f"must be a number {limits}, such as 19.99{hint}"


def stock_in_range(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 3: stock is a whole number of pieces, 0 to 1,000,000."""
    text = record["stock_quantity"]
    if text and (problem := _stock_problem(record, text)) and not is_error_value(text):
        yield record.error(ErrorType.INVALID_STOCK_QUANTITY, "stock_quantity", f"Stock quantity {problem}")


def _stock_problem(record: Record, text: str) -> str | None:
    if WHOLE_NUMBER.fullmatch(text):
        pieces = text.lstrip("0")  # the length comes first: int() refuses thousands of digits
        is_too_much = len(pieces) > 7 or int(pieces or "0") > MAX_STOCK
        return f"must be at most {MAX_STOCK}" if is_too_much else None
    if _NEGATIVE.fullmatch(text):
        return "must be at least 0"
    hint = number_hint("stock_quantity", text, is_number_cell="stock_quantity" in record.number_cells)
    return f"must be a whole number from 0 to {MAX_STOCK}, such as 25{hint}"


def fields_fit(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 4: no text is longer than its column, in Unicode code points after cleaning."""
    for column in [column for column, text in record.values.items() if len(text) > _MAX_LENGTHS[column]]:
        message = f"{LABELS[column]} must have at most {COLUMNS[column]} characters; it has {len(record[column])}"
        yield record.error(ErrorType.FIELD_LENGTH_EXCEEDED, column, message)


def category_is_active(record: Record, categories: Categories) -> Iterator[RowError]:
    """Rule 5: the category is active; capitals do not matter."""
    text = record["category"]
    if text and categories.official(text) is None and not is_error_value(text):
        message = f'Category must be one of the marketplace\'s; "{shorten(text)}" is not{hidden_character_hint(text)}'
        yield record.error(ErrorType.INVALID_CATEGORY, "category", message)


def further_values_valid(record: Record, _: Categories) -> Iterator[RowError]:
    """INVALID_VALUE: weight, image URL, characters and error values, which the seven rules do not cover."""
    return invalid_values(record)


Rule = Callable[[Record, Categories], Iterator[RowError]]
RULES: tuple[Rule, ...] = (
    required_fields_present,
    prices_in_range,
    stock_in_range,
    fields_fit,
    category_is_active,
    further_values_valid,
)


def errors_of(record: Record, categories: Categories) -> list[RowError]:
    """Every error of the record by rules 1 to 5 and INVALID_VALUE; a malformed row has only that error.

    A record on which our own code fails has that as its only error, so that other records are not delayed.
    """
    if record.row.malformed:
        return [RowError(ErrorType.MALFORMED_ROW, None, record.row.malformed, record.row.raw)]
    try:
        return [error for rule in RULES for error in rule(record, categories)]
    except Exception:
        return [OUR_FAULT]


def is_sound(record: Record, categories: Categories, *, but_for_missing: bool = False) -> bool:
    """Whether no error rejects a record, or none but missing fields; stops at the first one."""
    if record.row.is_malformed or _is_certainly_wrong(record.values, categories):
        return False
    if not but_for_missing and not record.leaves_out and not all(map(record.values.get, record.needed)):
        return False  # the rule takes longer, because it writes a message
    accepted = OPTIONAL if record.leaves_out else frozenset[str]()
    try:
        for rule in RULES[1:] if but_for_missing else RULES:
            for error in rule(record, categories):
                if error.error_field not in accepted:
                    return False
    except Exception:
        return False
    return True


def _is_certainly_wrong(values: Mapping[str, str], categories: Categories) -> bool:
    """Whether one of the most frequent errors occurs: rules take longer, because they write messages."""
    category, price, stock = values.get("category"), values.get("price"), values.get("stock_quantity")
    return bool(
        (category and categories.official(category) is None)
        or (price and not AMOUNT.fullmatch(price))
        or (stock and not WHOLE_NUMBER.fullmatch(stock))
    )


def with_suggestion(error: RowError, record: Record, categories: Categories) -> RowError:
    """The error with the value to write instead, if exactly one is possible."""
    column = error.error_field
    if not column or (column in PRICE_COLUMNS and _is_in_other_currency(record, column)):
        return error
    suggestion = _suggestion(error.error_type, column, record, categories)
    is_read = suggestion and _is_read_as_written(record, column, suggestion)
    return error._replace(suggestion=suggestion) if is_read else error


def _is_in_other_currency(record: Record, column: str) -> bool:
    return is_other_currency(split_word(record[column]).word, record.numbers.currency)


def _is_read_as_written(record: Record, column: str, suggestion: str) -> bool:
    """Whether a suggestion fits into the column, and is read there as what it says: `1.234` may be thousands."""
    reading = record.numbers.columns.get(column)
    return len(suggestion) <= _MAX_LENGTHS[column] and (reading is None or reading.read(suggestion) == suggestion)


def _suggestion(error_type: ErrorType, column: str, record: Record, categories: Categories) -> str | None:
    text = record.written(column)
    match error_type, column:
        case ErrorType.INVALID_PRICE, _:
            return as_amount(text, allow_zero=column == "compare_at_price")
        case ErrorType.INVALID_STOCK_QUANTITY, _:
            return as_whole_number(text, MAX_STOCK)
        case ErrorType.INVALID_CATEGORY, _:
            return categories.closest(text)
        case ErrorType.INVALID_VALUE, "weight_kg":
            return as_weight(text, record.weight_unit)
        case ErrorType.INVALID_VALUE, "image_url":
            return one_url(text)
        case ErrorType.INVALID_VALUE, "listing_status":
            return as_listing_status(text)
        case ErrorType.INVALID_VALUE, _:
            visible = _visible(column, text)
            is_category = visible is None or column != "category" or categories.official(visible)
            return visible if is_category else None
    return None


def _visible(column: str, text: str) -> str | None:
    """The text without forbidden characters, if it then looks the same and is valid."""
    visible = without_invisible_characters(text) if column in IDENTIFIERS else without_control_characters(text)
    return None if visible is None or is_error_value(visible) or text_problem({column: visible}, column) else visible
