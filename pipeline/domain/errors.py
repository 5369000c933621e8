"""What can be wrong with a record: the closed catalogue of error types, and one error of one record."""

from typing import NamedTuple

from pipeline.domain.columns import COLUMN_ORDER

# In the order of the report: rules 1 to 7, then what the seven do not cover.
ERROR_TYPES = (
    MISSING_REQUIRED_FIELDS := "MISSING_REQUIRED_FIELDS",
    INVALID_PRICE := "INVALID_PRICE",
    INVALID_STOCK_QUANTITY := "INVALID_STOCK_QUANTITY",
    FIELD_LENGTH_EXCEEDED := "FIELD_LENGTH_EXCEEDED",
    INVALID_CATEGORY := "INVALID_CATEGORY",
    DUPLICATE_SKU := "DUPLICATE_SKU",
    DUPLICATE_VENDOR_PRODUCT_ID := "DUPLICATE_VENDOR_PRODUCT_ID",
    INVALID_VALUE := "INVALID_VALUE",
    MALFORMED_ROW := "MALFORMED_ROW",
    PROCESSING_ERROR := "PROCESSING_ERROR",
)
_TYPE_ORDER = {error_type: position for position, error_type in enumerate(ERROR_TYPES)}

_LONGEST_VALUE = 200


def error_word(error_type: str) -> str:
    """INVALID_STOCK_QUANTITY → Invalid stock quantity."""
    return error_type.replace("_", " ").capitalize().replace("sku", "SKU").replace(" id", " ID")


class RowError(NamedTuple):
    """One thing wrong with one record, by one rule, in one field.

    `value` is the cell as received (None for missing fields); `conflict` names what a duplicate
    collides with: `{"row_number"}` in this file, `{"upload_id", "product_id"}` for the vendor's own product.
    """

    error_type: str
    error_field: str | None
    message: str
    value: str | None = None
    suggestion: str | None = None
    conflict: dict[str, object] | None = None

    @property
    def report_order(self) -> int:
        """Sorts the errors of one row: by rule, then by column."""
        return _TYPE_ORDER[self.error_type] * 100 + COLUMN_ORDER.get(self.error_field or "", 0)


def shown_value(value: str | None) -> str | None:
    """As much of a value as is shown, with a mark where it goes on; all of it is in the original data."""
    return value[:_LONGEST_VALUE] + "…" if value and len(value) > _LONGEST_VALUE else value


OUR_FAULT = RowError(PROCESSING_ERROR, None, "We could not process this row; the fault is ours. Please send it again")
