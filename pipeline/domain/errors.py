"""The closed list of error types, and one error of one record."""

from enum import StrEnum
from typing import NamedTuple

from pipeline.domain.columns import COLUMN_ORDER


class ErrorType(StrEnum):
    """What can be wrong with a row, in the order of the error report: rules 1 to 7, then everything else."""

    MISSING_REQUIRED_FIELDS = "MISSING_REQUIRED_FIELDS"
    INVALID_PRICE = "INVALID_PRICE"
    INVALID_STOCK_QUANTITY = "INVALID_STOCK_QUANTITY"
    FIELD_LENGTH_EXCEEDED = "FIELD_LENGTH_EXCEEDED"
    INVALID_CATEGORY = "INVALID_CATEGORY"
    DUPLICATE_SKU = "DUPLICATE_SKU"
    DUPLICATE_VENDOR_PRODUCT_ID = "DUPLICATE_VENDOR_PRODUCT_ID"
    INVALID_VALUE = "INVALID_VALUE"
    PRODUCT_NOT_FOUND = "PRODUCT_NOT_FOUND"
    SKU_CHANGED = "SKU_CHANGED"
    PLAN_OUTDATED = "PLAN_OUTDATED"
    MALFORMED_ROW = "MALFORMED_ROW"
    PROCESSING_ERROR = "PROCESSING_ERROR"


DUPLICATES = frozenset({ErrorType.DUPLICATE_SKU, ErrorType.DUPLICATE_VENDOR_PRODUCT_ID})


class GroupBy(StrEnum):
    """How the errors of many uploads are grouped."""

    ERROR_TYPE = "error_type"
    ERROR_FIELD = "error_field"
    VALUE = "value"
    VENDOR_ID = "vendor_id"
    DAY = "day"


_TYPE_ORDER = {error_type: position for position, error_type in enumerate(ErrorType)}

_MAX_VALUE_LENGTH = 200

MESSAGE_SEPARATOR, BEFORE_SUGGESTION = " | ", " → "
"""What stands between the messages of a row in a fix file, and between a message and its suggestion."""


def error_word(error_type: str) -> str:
    """INVALID_STOCK_QUANTITY → Invalid stock quantity."""
    return error_type.replace("_", " ").capitalize().replace("sku", "SKU").replace("Sku", "SKU").replace(" id", " ID")


def fields_in_words(error_field: str | None) -> str | None:
    """sku,price → sku, price."""
    return error_field.replace(",", ", ") if error_field else None


class RowError(NamedTuple):
    """One thing wrong with one record, by one rule, in one field.

    `value` is the cell as received (None for missing fields). `conflict` says what a duplicate collides with:
    `{"row_number"}` in the same file, `{"upload_id", "product_id"}` for the vendor's own product.
    """

    error_type: ErrorType
    error_field: str | None
    message: str
    value: str | None = None
    suggestion: str | None = None
    conflict: dict[str, object] | None = None

    @property
    def report_order(self) -> int:
        """Sorts the errors of one row: by rule, then by column."""
        return _TYPE_ORDER[self.error_type] * 100 + COLUMN_ORDER.get(self.error_field or "", 0)


def shorten_value(value: str | None) -> str | None:
    """The beginning of a long value, with `…` at its end. The original data has all of it."""
    return value[:_MAX_VALUE_LENGTH] + "…" if value and len(value) > _MAX_VALUE_LENGTH else value


OUR_FAULT = RowError(
    ErrorType.PROCESSING_ERROR, None, "We could not process this row; the fault is ours. Please send it again"
)
