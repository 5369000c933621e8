"""The product file's columns, and how a vendor's header finds its column."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from pipeline.domain.cells import clean
from pipeline.domain.header_names import HeaderNames

# Column name → most Unicode code points after cleaning; None where another rule bounds the value.
COLUMNS: dict[str, int | None] = {
    "vendor_product_id": 100,
    "product_name": 200,
    "category": 100,
    "subcategory": 100,
    "description": 10_000,
    "sku": 100,
    "brand": 100,
    "price": None,
    "compare_at_price": None,
    "stock_quantity": None,
    "unit": 20,
    "weight_kg": None,
    "dimensions_cm": 50,
    "image_url": 2048,
}
LABELS: dict[str, str] = {column: column.replace("_", " ").capitalize() for column in COLUMNS} | {
    "sku": "SKU",
    "compare_at_price": "Compare-at price",
    "weight_kg": "Weight",
    "dimensions_cm": "Dimensions",
    "image_url": "Image URL",
}
"""What messages call a column."""
REQUIRED = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
COLUMN_ORDER = {column: position for position, column in enumerate(COLUMNS)}

ROW_MARK, ERRORS_MARK = "_row", "_errors"
"""The two columns that we add to a fix file; in an upload they carry no product data."""

_NAMES = HeaderNames(COLUMNS)


def column_of(header: str) -> str | None:
    """The column that a header cell names, or None. It is cleaned as the cells below it are."""
    return _NAMES.column_of(clean(header))


@dataclass(frozen=True, slots=True)
class Column:
    """One header cell as the vendor spelled it, and the column it stands for (None: not used)."""

    header: str
    column: str | None


def read_header(cells: list[str]) -> tuple[Column, ...]:
    return tuple(Column(cell, column_of(cell)) for cell in cells)


def is_ours(column: Column) -> bool:
    """Whether a column is one of the two that we add to a fix file."""
    return clean(column.header) in {ROW_MARK, ERRORS_MARK}


def is_fix_file(columns: tuple[Column, ...]) -> bool:
    """Whether an upload is one of our fix files, corrected and sent again."""
    return {ROW_MARK, ERRORS_MARK} <= {clean(column.header) for column in columns}


def labels(columns: tuple[Column, ...]) -> Iterator[str]:
    """The headers as keys of `original_data`: a repeated one gets ` (2)`, the next ` (3)`."""
    headers = {column.header for column in columns}
    taken: set[str] = set()
    for column in columns:
        numbered = (f"{column.header} ({number})" for number in count(2))
        label = column.header
        while label in taken or (label != column.header and label in headers):
            label = next(numbered)
        taken.add(label)
        yield label
