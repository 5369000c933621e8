"""The rules that a record is held to, and the product that a sound record becomes (contract §3).

Rules 1 to 5 look at the record alone and live here. Rules 6 and 7 compare it with other records:
inside the file in `duplicates.py`, against the catalogue in the validator's stage.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from pipeline.domain.columns import COLUMNS, LABELS, REQUIRED
from pipeline.domain.errors import (
    FIELD_LENGTH_EXCEEDED,
    INVALID_CATEGORY,
    INVALID_PRICE,
    INVALID_STOCK_QUANTITY,
    INVALID_VALUE,
    MALFORMED_ROW,
    MISSING_REQUIRED_FIELDS,
    OUR_FAULT,
    RowError,
)
from pipeline.domain.identifiers import changed_identifier, how_to_restore
from pipeline.domain.records import Record
from pipeline.domain.suggestions import (
    as_amount,
    as_weight,
    as_whole_number,
    category_in,
    one_url,
    without_control_characters,
)

RULES_VERSION = "2026-11-22"
DEFAULT_UNIT = "piece"

MIN_PRICE, MAX_PRICE = Decimal("0.01"), Decimal("999999.99")
MAX_STOCK = 1_000_000
MAX_WEIGHT = Decimal("9999999.999")

AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_NEGATIVE = re.compile(r"-\s?[0-9]+([.,][0-9]+)?")
WHOLE_NUMBER = re.compile(r"[0-9]+")
WEIGHT = re.compile(r"[0-9]+(\.[0-9]{1,3})?")
URL = re.compile(r"https?://[^\s,]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TEXT_COLUMNS = tuple(column for column, limit in COLUMNS.items() if limit)
_LONGEST = {column: limit or sys.maxsize for column, limit in COLUMNS.items()}


_REMEMBERED = 1_000
_LISTED_CHARACTERS = 400


class Categories:
    """The categories active when parsing started, found whatever their capitals."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._official = {name.casefold(): name for name in self.names}
        self._closest: dict[str, str | None] = {}

    def closest(self, text: str) -> str | None:
        """The category that a wrong one probably means. One wrong name often stands in thousands of rows."""
        if text not in self._closest:
            if len(self._closest) >= _REMEMBERED:
                self._closest.clear()
            self._closest[text] = category_in(text, self.names)
        return self._closest[text]

    def official(self, name: str) -> str | None:
        """The official spelling, or None for a category that is not active."""
        return self._official.get(name.casefold())

    @cached_property
    def listed(self) -> str:
        """All of them in a message, or as many as fit into one."""
        text = ""
        for count, name in enumerate(self.names):
            if len(text) + len(name) > _LISTED_CHARACTERS:
                return f"{text} and {len(self.names) - count} more"
            text += f", {name}" if text else name
        return text or "none"


def required_fields_present(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 1: all six required fields have a value."""
    missing = [column for column in REQUIRED if not record[column]]
    if missing:
        names = [LABELS[column] for column in missing]
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        yield RowError(MISSING_REQUIRED_FIELDS, ",".join(missing), f"{listed} must not be empty")


def prices_in_range(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 2: price, and compare_at_price if present, is an amount from 0.01 to 999999.99."""
    for column in ("price", "compare_at_price"):
        text = record[column]
        if not text:
            continue
        name = LABELS[column]
        if AMOUNT.fullmatch(text):
            amount = Decimal(text)
            if amount > MAX_PRICE:
                yield record.error(INVALID_PRICE, column, f"{name} must be <= {MAX_PRICE}")
            elif amount < MIN_PRICE:
                yield record.error(INVALID_PRICE, column, f"{name} must be >= {MIN_PRICE}")
        elif _NEGATIVE.fullmatch(text):
            yield record.error(INVALID_PRICE, column, f"{name} must be >= {MIN_PRICE}")
        else:
            limits = f"from {MIN_PRICE} to {MAX_PRICE} with at most two decimals after a point"
            message = f"{name} must be a number {limits}, such as 19.99"
            yield record.error(INVALID_PRICE, column, message)


def stock_in_range(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 3: stock is a whole number of pieces, 0 to 1,000,000."""
    text = record["stock_quantity"]
    if not text:
        return
    if WHOLE_NUMBER.fullmatch(text):
        pieces = text.lstrip("0")  # the length comes first: int() refuses thousands of digits
        if len(pieces) > 7 or int(pieces or "0") > MAX_STOCK:
            yield record.error(INVALID_STOCK_QUANTITY, "stock_quantity", f"Stock quantity must be <= {MAX_STOCK}")
    elif _NEGATIVE.fullmatch(text):
        yield record.error(INVALID_STOCK_QUANTITY, "stock_quantity", "Stock quantity must be >= 0")
    else:
        message = f"Stock quantity must be a whole number from 0 to {MAX_STOCK}, such as 25"
        yield record.error(INVALID_STOCK_QUANTITY, "stock_quantity", message)


def fields_fit(record: Record, _: Categories) -> Iterator[RowError]:
    """Rule 4: no text is longer than its column, in Unicode code points after cleaning."""
    for column in [column for column, text in record.values.items() if len(text) > _LONGEST[column]]:
        message = f"{LABELS[column]} must have at most {COLUMNS[column]} characters; it has {len(record[column])}"
        yield record.error(FIELD_LENGTH_EXCEEDED, column, message)


def category_is_active(record: Record, categories: Categories) -> Iterator[RowError]:
    """Rule 5: the category is an active one, whatever its capitals."""
    text = record["category"]
    if text and categories.official(text) is None:
        message = f'Category must be one of the marketplace\'s; "{shortened(text)}" is not'
        yield record.error(INVALID_CATEGORY, "category", message)


def further_values_valid(record: Record, _: Categories) -> Iterator[RowError]:
    """INVALID_VALUE: weight, image address and control characters, which the seven rules do not cover."""
    weight, url = record["weight_kg"], record["image_url"]
    if weight and not (WEIGHT.fullmatch(weight) and Decimal(weight) <= MAX_WEIGHT):
        limits = f"from 0 to {MAX_WEIGHT} with at most three decimals after a point"
        message = f"Weight must be a number of kilograms {limits}, such as 0.25"
        yield record.error(INVALID_VALUE, "weight_kg", message)
    together = "".join(record.values.values())  # one look at all of them: hardly a record has any
    if not together.isprintable() and _CONTROL.search(together):
        for column in _TEXT_COLUMNS:
            if control := _CONTROL.search(record[column]):
                found = f"it has U+{ord(control[0]):04X}"
                message = f"{LABELS[column]} must not contain invisible control characters; {found}"
                yield record.error(INVALID_VALUE, column, message)
    if url and not URL.fullmatch(url) and not _CONTROL.search(url):
        message = "Image URL must be one web address that starts with http:// or https://, without blanks or commas"
        yield record.error(INVALID_VALUE, "image_url", message)


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
    """Every error of the record by rules 1 to 5 and INVALID_VALUE; a malformed row has that one error.

    A record on which our own code breaks has that as its error: it must not hold up its neighbours.
    """
    if record.row.malformed:
        return [RowError(MALFORMED_ROW, None, record.row.malformed, record.row.raw)]
    try:
        return [error for rule in RULES for error in rule(record, categories)]
    except Exception:
        return [OUR_FAULT]


def is_sound(record: Record, categories: Categories) -> bool:
    """Whether `errors_of` finds nothing; the first error is enough to know."""
    try:
        return not record.row.malformed and not any(True for rule in RULES for _ in rule(record, categories))
    except Exception:
        return False


def with_suggestion(error: RowError, record: Record, categories: Categories) -> RowError:
    """The error with what to write instead, where that can be told without guessing."""
    text, message = record[error.error_field or ""], error.message
    suggestion = None
    match error.error_type, error.error_field:
        case "INVALID_PRICE", _:
            suggestion = as_amount(text)
        case "INVALID_STOCK_QUANTITY", _:
            suggestion = as_whole_number(text, MAX_STOCK)
        case "INVALID_CATEGORY", _:
            suggestion = categories.closest(text)
            message += "" if suggestion else f". There are: {categories.listed}"
        case "INVALID_VALUE", "weight_kg":
            suggestion = as_weight(text)
        case "INVALID_VALUE", "image_url":
            suggestion = one_url(text)
        case "INVALID_VALUE", _:
            suggestion = without_control_characters(text)
    if suggestion is None and (column := changed_identifier(record.values)):
        suggestion = how_to_restore(column, record[column])
    return RowError(
        error.error_type, error.error_field, message, error.value, suggestion or error.suggestion, error.conflict
    )


class Product(NamedTuple):
    """A record that passed the rules, as the catalogue stores it."""

    row_number: int
    vendor_product_id: str
    product_name: str
    category: str
    subcategory: str | None
    description: str | None
    sku: str
    brand: str | None
    price: Decimal
    compare_at_price: Decimal | None
    stock_quantity: int
    unit: str
    weight_kg: Decimal | None
    dimensions_cm: str | None
    image_url: str | None


def product_of(record: Record, categories: Categories) -> Product:
    """The product of a record without errors; a missing unit is a piece."""
    return Product(
        row_number=record.row_number,
        vendor_product_id=record["vendor_product_id"],
        product_name=record["product_name"],
        category=categories.official(record["category"]) or record["category"],
        subcategory=record["subcategory"] or None,
        description=record["description"] or None,
        sku=record["sku"],
        brand=record["brand"] or None,
        price=Decimal(record["price"]),
        compare_at_price=_decimal(record["compare_at_price"]),
        stock_quantity=int(record["stock_quantity"].lstrip("0") or "0"),
        unit=record["unit"] or DEFAULT_UNIT,
        weight_kg=_decimal(record["weight_kg"]),
        dimensions_cm=record["dimensions_cm"] or None,
        image_url=record["image_url"] or None,
    )


def shortened(text: str, length: int = 60) -> str:
    """A vendor's text inside a message: on one line and not too long."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text[: length + 1])
    return line if len(text) <= length else line[:length] + "…"


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
