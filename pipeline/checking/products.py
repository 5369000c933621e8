"""What a record without errors says: the product that it creates, or the values that it gives to one."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from pipeline.checking.categories import Categories
from pipeline.checking.rules import DEFAULT_UNIT
from pipeline.domain.columns import FIELD_BITS, ListingStatus, fields_of
from pipeline.domain.records import Record
from pipeline.domain.stored_products import Value


class Product(NamedTuple):
    """A record without errors, as the catalogue stores it."""

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
    listing_status: str
    given_fields: int
    """The fields of VALUE_COLUMNS that the record gave, a bit for each."""

    @property
    def values(self) -> Iterable[tuple[str, Value]]:
        """Its columns and their values."""
        return zip(_PRODUCT_COLUMNS, self[1:-1], strict=True)


_PRODUCT_COLUMNS = Product._fields[1:-1]


def product_of(record: Record, categories: Categories) -> Product:
    """The product of a record without errors; the default unit is a piece."""
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
        compare_at_price=_decimal(record["compare_at_price"]) or None,
        stock_quantity=int(record["stock_quantity"].lstrip("0") or "0"),
        unit=record["unit"] or DEFAULT_UNIT,
        weight_kg=_decimal(record["weight_kg"]),
        dimensions_cm=record["dimensions_cm"] or None,
        image_url=record["image_url"] or None,
        listing_status=record["listing_status"] or ListingStatus.ACTIVE,
        given_fields=_given_fields(record),
    )


def _given_fields(record: Record) -> int:
    values = record.values
    given = sum(compress(_bits_of(tuple(values)), values.values()))  # quicker than a loop, for every new product
    return given | fields_of(record.cleared) if record.cleared else given


@lru_cache(maxsize=16)
def _bits_of(columns: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(FIELD_BITS.get(column, 0) for column in columns)


def given_values(record: Record, categories: Categories) -> dict[str, Value]:
    """What a record without errors says of a product: its values by column, and the defaults of those it clears."""
    given: dict[str, Value] = {c: text for c, text in record.values.items() if text and c in FIELD_BITS}
    for column in _NUMBERS_AND_CATEGORY & given.keys():
        given[column] = _value(column, record.values[column], categories)
    for column in record.cleared:
        given[column] = DEFAULT_UNIT if column == "unit" else None
    return given


_NUMBERS_AND_CATEGORY = frozenset({"category", "price", "compare_at_price", "stock_quantity", "weight_kg"})


def _value(column: str, text: str, categories: Categories) -> Value:
    if column == "category":
        return categories.official(text) or text
    if column == "stock_quantity":
        return int(text.lstrip("0") or "0")
    return Decimal(text) or (None if column == "compare_at_price" else Decimal(0))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
