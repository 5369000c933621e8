"""The columns of a product file, and how headers are matched to them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

from pipeline.domain.cells import clean
from pipeline.domain.header_names import HeaderNames
from pipeline.domain.weights import WeightUnit

# Column name → maximum number of Unicode code points after cleaning; None if another rule limits the value.
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
    "listing_status": None,
}
LABELS: dict[str, str] = {column: column.replace("_", " ").capitalize() for column in COLUMNS} | {
    "sku": "SKU",
    "compare_at_price": "Compare-at price",
    "weight_kg": "Weight",
    "dimensions_cm": "Dimensions",
    "image_url": "Image URL",
}
"""The name of each column in messages."""
VALUE_COLUMNS = tuple(column for column in COLUMNS if column not in {"vendor_product_id", "sku"})
"""The columns that a later file may change, in order. A set of them is stored as a number, with a bit for each."""
FIELD_BITS = {column: 1 << position for position, column in enumerate(VALUE_COLUMNS)}
CLEAR = "[clear]"
"""What empties an optional field of a product in the catalogue; capitals do not matter."""
REQUIRED = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
OPTIONAL = frozenset(COLUMNS).difference((*REQUIRED, "listing_status"))
"""The columns whose values a product can lack."""
COLUMN_ORDER = {column: position for position, column in enumerate(COLUMNS)}

ROW_MARK, ERRORS_MARK, UPLOAD_MARK = "_row", "_errors", "_upload"
FIX_FILE_MARKS = (ROW_MARK, ERRORS_MARK, UPLOAD_MARK)
"""The columns that the service adds to a fix file, in order. They contain no product data."""
EXPORT_MARK = "_export"
"""The column that the service adds to an export: the export that a row is from."""

_NAMES = HeaderNames((column, column) for column in COLUMNS)


class ListingStatus(StrEnum):
    """Whether a product is on sale."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


def fields_of(columns: Iterable[str]) -> int:
    """A set of VALUE_COLUMNS as a number; other columns are ignored."""
    return sum(FIELD_BITS.get(column, 0) for column in columns)


def column_of(header: str) -> str | None:
    """The column that a header cell names exactly, or None. The header is cleaned like any other cell."""
    return _NAMES.column_of(clean(header))


class MatchedBy(StrEnum):
    """How a header was matched to its column, in order of precedence."""

    MAPPING = "mapping"
    REMEMBERED = "remembered"
    EXACT = "exact"
    SYNONYM = "synonym"


@dataclass(frozen=True, slots=True)
class Column:
    """One header cell as the vendor wrote it, and its column; None if the column is not used.

    `also` are further columns that it serves, by mapping. A header that is to be ignored has `matched_by`, but no
    column. `unit` is that of its weights, if it is not the kilogram.
    """

    header: str
    column: str | None
    matched_by: MatchedBy | None = None
    also: tuple[str, ...] = ()
    unit: WeightUnit | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the header serves."""
        return (self.column, *self.also) if self.column else ()


def stored_header(stored: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The header as it was stored. An older version, which did not store how, matched by exact name."""
    return tuple(map(_stored, stored))


def _stored(column: Mapping[str, Any]) -> Column:
    matched_by = column["matched_by"] if "matched_by" in column else column["column"] and MatchedBy.EXACT
    return Column(
        str(column["header"]),
        column["column"],
        matched_by and MatchedBy(matched_by),
        tuple(column.get("also", ())),
        WeightUnit(column["unit"]) if column.get("unit") else None,
    )


def columns_served(columns: Iterable[Column]) -> list[str]:
    """All columns that a header has, in its order."""
    return [name for column in columns for name in column.columns]


def listed_columns(columns: Iterable[Column]) -> Iterator[dict[str, Any]]:
    """The headers for programs; one that serves several columns is listed once for each."""
    for column in columns:
        for name in column.columns or (None,):
            yield {"header": column.header, "column": name, "matched_by": column.matched_by}


def weight_unit(columns: Iterable[Column]) -> WeightUnit:
    """The unit of the weights of a file."""
    return next((column.unit for column in columns if column.unit), WeightUnit.KILOGRAM)


def read_header(cells: list[str]) -> tuple[Column, ...]:
    """Matches cells by exact name alone."""
    return tuple(_exact(cell) for cell in cells)


def _exact(cell: str) -> Column:
    column = column_of(cell)
    return Column(cell, column, MatchedBy.EXACT if column else None)


def is_fix_file_mark(column: Column) -> bool:
    """Whether this is one of the columns that the service adds to a fix file."""
    return clean(column.header) in FIX_FILE_MARKS


def is_fix_file(columns: tuple[Column, ...]) -> bool:
    """Whether a file is a corrected fix file. Those of earlier versions do not name their upload."""
    return has_fix_file_marks(column.header for column in columns)


def has_fix_file_marks(headers: Iterable[str]) -> bool:
    return {ROW_MARK, ERRORS_MARK} <= set(map(clean, headers))


def is_export(columns: Iterable[Column]) -> bool:
    """Whether a file is an export, edited or not. In a fix file of one, the mark means nothing."""
    headers = {clean(column.header) for column in columns}
    return EXPORT_MARK in headers and not has_fix_file_marks(headers)


def is_mark(column: Column) -> bool:
    """Whether this is one of the columns that the service adds, which contain no product data."""
    return clean(column.header) in {*FIX_FILE_MARKS, EXPORT_MARK}


def is_escaped(columns: Iterable[Column]) -> bool:
    """Whether the service made the cells of a file safe for spreadsheets, so that this is to be undone."""
    columns = tuple(columns)
    return is_fix_file(columns) or is_export(columns)


def unique_headers(columns: tuple[Column, ...]) -> Iterator[str]:
    """The headers as keys of `original_data`: repeated ones get the suffixes ` (2)`, ` (3)` and so on."""
    headers = {column.header for column in columns}
    used: set[str] = set()
    for column in columns:
        numbered = (f"{column.header} ({number})" for number in count(2))
        header_name = column.header
        # A numbered name may itself be the header of another column.
        while header_name in used or (header_name != column.header and header_name in headers):
            header_name = next(numbered)
        used.add(header_name)
        yield header_name
