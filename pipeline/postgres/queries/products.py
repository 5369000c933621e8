"""The REST API's questions about the catalogue. A scope of None is a support agent's: every vendor."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.postgres.conditions import containing, where
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import Scope
from pipeline.postgres.tables import CatalogueProduct, columns_of

_PRODUCT = columns_of(CatalogueProduct, "products")


@dataclass(frozen=True, slots=True)
class ProductFilter:
    sku: str | None = None
    vendor_product_id: str | None = None
    category: str | None = None
    upload_id: str | None = None
    updated_since: datetime | None = None
    q: str | None = None


def find_product(cursor: Cursor, scope: Scope, product_id: int) -> CatalogueProduct | None:
    cursor.execute(f"SELECT {_PRODUCT} FROM products WHERE product_id = %s", (product_id,))
    found = cursor.fetchone()
    product = CatalogueProduct(*found) if found else None
    return product if product and scope in {None, product.vendor_id} else None


def find_products(
    cursor: Cursor, scope: Scope, wanted: ProductFilter, *, after: tuple[str | int, str | int] | None, limit: int
) -> list[CatalogueProduct]:
    """Products in the order of `place_of`, from the one after `after` on."""
    order = "row_number, product_id" if wanted.upload_id else "vendor_id, vendor_product_id"
    clause, values = where(
        {
            "scope": ("vendor_id = %(scope)s", scope),
            "after": (f"({order}) > %(after)s", after),
            "sku": ("sku = %(sku)s", wanted.sku),
            "vendor_product_id": ("vendor_product_id = %(vendor_product_id)s", wanted.vendor_product_id),
            "upload_id": ("upload_id = %(upload_id)s", wanted.upload_id),
            "category": ("category ILIKE %(category)s", containing(wanted.category)),
            "updated_since": ("updated_at >= %(updated_since)s", wanted.updated_since),
            "q": (_MENTIONS, containing(wanted.q)),
        }
    )
    cursor.execute(
        f"SELECT {_PRODUCT} FROM products WHERE {clause} ORDER BY {order} LIMIT %(limit)s", values | {"limit": limit}
    )
    return [CatalogueProduct(*row) for row in cursor]


_MENTIONS = f"({' OR '.join(f'{name} ILIKE %(q)s' for name in ('product_name', 'brand', 'sku', 'vendor_product_id'))})"


def product_with(cursor: Cursor, sku: str) -> CatalogueProduct | None:
    """Any vendor's: a SKU is one product's."""
    found = find_products(cursor, None, ProductFilter(sku=sku), after=None, limit=1)
    return found[0] if found else None


def place_of(product: CatalogueProduct, wanted: ProductFilter) -> list[str | int]:
    """Where a product stands in the list: by vendor and the vendor's own id; those of one upload by row."""
    if wanted.upload_id:
        return [product.row_number or 0, product.product_id]
    return [product.vendor_id, product.vendor_product_id]


def active_categories(cursor: Cursor) -> list[tuple[str, str | None]]:
    """The categories that a file may name, with their descriptions, in the marketplace's order."""
    cursor.execute("SELECT category_name, description FROM product_categories WHERE is_active ORDER BY category_id")
    return [(row.category_name, row.description) for row in cursor]
