"""INVALID_VALUE: what the seven rules do not cover, in weights, URLs and texts."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.checking.placeholders import is_error_value, is_placeholder
from pipeline.checking.signs import number_hint
from pipeline.domain.cell_kinds import CellFault, is_time
from pipeline.domain.cells import clean
from pipeline.domain.characters import control_in, invisible_in, line_break_in, name_of
from pipeline.domain.columns import COLUMNS, LABELS, REQUIRED, ListingStatus
from pipeline.domain.errors import ErrorType, RowError
from pipeline.domain.identifiers import IDENTIFIERS, is_rounded_number
from pipeline.domain.one_line import shorten
from pipeline.domain.records import Record
from pipeline.domain.weights import MAX_KILOGRAMS, WORDS, WeightUnit, most_of

MAX_WEIGHT = MAX_KILOGRAMS
WEIGHT = re.compile(r"[0-9]+(\.[0-9]{1,3})?")
URL = re.compile(r"https?://(?!\S*https?://)[^\s,|]+")
_STATUSES = frozenset(ListingStatus)
_ADDRESSES = re.compile("https?://")
_TEXT_COLUMNS = tuple(column for column, limit in COLUMNS.items() if limit)


def invalid_values(record: Record) -> Iterator[RowError]:
    """Every INVALID_VALUE of a record, at most one in each field."""
    all_text = "".join(record.values.values())  # one test for all cells, because few records have such errors
    if "#" in all_text or "Err:" in all_text:
        yield from (_error_value(record, column) for column, text in record.values.items() if is_error_value(text))
    weight, url = record["weight_kg"], record["image_url"]
    if weight and not (WEIGHT.fullmatch(weight) and Decimal(weight) <= MAX_WEIGHT) and not is_error_value(weight):
        yield record.error(ErrorType.INVALID_VALUE, "weight_kg", _weight_problem(record))
    status = record["listing_status"]
    if status and status not in _STATUSES and not is_error_value(status):
        yield record.error(ErrorType.INVALID_VALUE, "listing_status", "Listing status must be active or withdrawn")
    if not all_text.isprintable():
        columns = _TEXT_COLUMNS
    elif "+" in all_text or not all_text.isascii():
        columns = IDENTIFIERS
    else:
        columns = ()
    yield from (
        record.error(ErrorType.INVALID_VALUE, column, problem)
        for column in columns
        if (problem := text_problem(record, column))
    )
    if url and not URL.fullmatch(url) and not control_in(url) and not is_error_value(url):
        yield record.error(ErrorType.INVALID_VALUE, "image_url", _address_problem(url))


_EXAMPLES = {
    WeightUnit.GRAM: "250",
    WeightUnit.KILOGRAM: "0.25",
    WeightUnit.POUND: "0.5",
    WeightUnit.OUNCE: "8.5",
}


def _weight_problem(record: Record) -> str:
    unit = record.weight_unit
    decimals = " with at most three decimals" if unit == WeightUnit.KILOGRAM else ""  # others are rounded
    limits = f"from 0 to {most_of(unit)}{decimals}, such as {_EXAMPLES[unit]}"
    return f"Weight must be a number of {WORDS[unit]} {limits}{number_hint('weight_kg', record.written('weight_kg'))}"


def text_problem(values: Record | dict[str, str], column: str) -> str | None:
    """What is wrong with the characters of a text column, apart from error values."""
    text, label = values[column], LABELS[column]
    if control := control_in(text):
        return f"{label} must not contain invisible control characters; it has {name_of(control)}"
    if column not in IDENTIFIERS:
        return None
    if line_break_in(text):
        return f"{label} must be on one line; it has a line break inside"
    if character := invisible_in(text):
        return f"{label} must not contain invisible characters; it has {name_of(character)}"
    if is_rounded_number(text):
        remedy = "format the column as text, and enter it again"
        return f'{label} "{text[:40]}" has lost its last digits in a spreadsheet: {remedy}'
    return None


def _error_value(record: Record, column: str) -> RowError:
    remedy = "write the value itself" if column in REQUIRED else "write the value itself, or leave the cell empty"
    fault, text = record.faults.get(column, CellFault.ERROR_VALUE), clean(record.received.get(column, ""))
    what = _TIME if fault == CellFault.DATE and is_time(text) else _FAULTS[fault]
    message = f"{LABELS[column]} is {what.format(shorten(text))}: {remedy}"
    return record.error(ErrorType.INVALID_VALUE, column, message)


_FAULTS = {
    CellFault.ERROR_VALUE: "a spreadsheet's error value ({})",
    CellFault.NO_RESULT: "a formula without a stored result",
    CellFault.DATE: "a date ({}), not a text or a number",
}
_TIME = "a time ({}), not a text or a number"


def _address_problem(text: str) -> str:
    if is_placeholder(text):
        return "Image URL must be a web address; leave the cell empty if there is none"
    if len(_ADDRESSES.findall(text)) > 1:
        return "Image URL must be one web address; it has several"
    return "Image URL must be one web address that starts with http:// or https://, without blanks, commas or |"
