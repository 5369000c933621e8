"""Products as the catalogue has them, to compare records with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.domain.columns import VALUE_COLUMNS

Value = str | int | Decimal | None
"""A value as the catalogue stores it."""

UploadNumber = int
"""Stands for an upload where many are referred to. Says nothing about the order of uploads."""

_DECIMALS = {"price": Decimal("0.01"), "compare_at_price": Decimal("0.01"), "weight_kg": Decimal("0.001")}


class StoredProduct(NamedTuple):
    """A product that another upload has created, with its `values` by column."""

    product_id: int
    vendor_id: str
    vendor_product_id: str
    sku: str
    upload_id: str | None
    row_number: int | None
    values: Mapping[str, Value]
    set_by: Sequence[UploadNumber | None]
    """For each of VALUE_COLUMNS, the latest upload that gave it a value, even the same one; None if none did."""
    sheet_row: int | None = None

    def setter_of(self, column: str) -> UploadNumber | None:
        return self.set_by[_POSITIONS[column]]


_POSITIONS = {column: position for position, column in enumerate(VALUE_COLUMNS)}


def stored_value(column: str, text: str | None) -> Value:
    """The value of which `as_stored_text` made the text."""
    if text is None or column not in {*_DECIMALS, "stock_quantity"}:
        return text
    return Decimal(text) if column in _DECIMALS else int(text)


def as_stored_text(column: str, value: Value) -> str | None:
    """A value as changes and exports show it, with all its decimals: 9.9 → 9.90."""
    if value is None:
        return None
    return str(value.quantize(_DECIMALS[column])) if isinstance(value, Decimal) else str(value)
