"""What cells mean in the catalogue, written a second time: models compare the product with it and share no code."""

from collections.abc import Mapping
from decimal import Decimal

Value = str | int | Decimal | None

REQUIRED = ("product_name", "category", "price", "stock_quantity")
OPTIONAL = (
    *("subcategory", "description", "brand", "compare_at_price", "unit", "weight_kg", "dimensions_cm", "image_url"),
    "listing_status",
)
EMPTY: dict[str, Value] = dict.fromkeys(OPTIONAL) | {"unit": "piece", "listing_status": "active"}
"""The optional values of a product that was given none."""


def given_values(cells: Mapping[str, str], *, clears_blanks: bool = False) -> dict[str, Value]:
    """What the cleaned cells of an accepted record say of a product that exists."""
    given: dict[str, Value] = {}
    for column in (column for column in (*REQUIRED, *OPTIONAL) if column in cells):
        cell, may_be_cleared = cells[column], column in OPTIONAL and column != "listing_status"
        if cell.lower() == "[clear]" or (not cell and may_be_cleared and clears_blanks):
            given[column] = EMPTY[column]
        elif cell:
            given[column] = stored_value(column, cell)
    return given


def created_values(cells: Mapping[str, str]) -> dict[str, Value]:
    """What the cleaned cells of an accepted record say of a product that it creates."""
    return given_values({column: cell for column, cell in cells.items() if cell.lower() != "[clear]"})


def stored_value(column: str, cell: str) -> Value:
    """The value of a cell that is not blank. Categories are those of one word."""
    match column:
        case "price" | "weight_kg":
            return Decimal(cell)
        case "compare_at_price":
            return Decimal(cell) or None
        case "stock_quantity":
            return int(cell)
        case "category":
            return cell.capitalize()
    return cell


def stored_column(column: str) -> str:
    """The column of the table `products` for one of a file."""
    return "status" if column == "listing_status" else column
