"""The REST API's questions about the catalogue. A scope of None is a support agent's: every vendor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, tuple_
from sqlmodel import Session, col, select

from pipeline.postgres.conditions import containing, given
from pipeline.postgres.queries.uploads import Scope
from pipeline.postgres.tables import Product, ProductCategory


@dataclass(frozen=True, slots=True)
class ProductFilter:
    sku: str | None = None
    vendor_product_id: str | None = None
    category: str | None = None
    upload_id: str | None = None
    updated_since: datetime | None = None
    q: str | None = None


def find_product(session: Session, scope: Scope, product_id: int) -> Product | None:
    product = session.get(Product, product_id)
    return product if product and scope in {None, product.vendor_id} else None


def find_products(
    session: Session, scope: Scope, wanted: ProductFilter, *, after: tuple[str | int, str | int] | None, limit: int
) -> list[Product]:
    """Products in the order of `place_of`, from the one after `after` on."""
    exact = given(
        vendor_id=scope, sku=wanted.sku, vendor_product_id=wanted.vendor_product_id, upload_id=wanted.upload_id
    )
    order = _order(wanted)
    statement = select(Product).filter_by(**exact).order_by(*order).limit(limit)
    if after:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    if wanted.updated_since:
        statement = statement.where(col(Product.updated_at) >= wanted.updated_since)
    if wanted.category:
        statement = statement.where(col(Product.category).ilike(containing(wanted.category)))
    if wanted.q:
        statement = statement.where(or_(*(column.ilike(containing(wanted.q)) for column in _SEARCHED)))
    return list(session.exec(statement))


_SEARCHED = (
    col(Product.product_name),
    col(Product.brand),
    col(Product.sku),
    col(Product.vendor_product_id),
)  # fmt: skip


def product_with(session: Session, sku: str) -> Product | None:
    """Any vendor's: a SKU is one product's."""
    return session.exec(select(Product).where(Product.sku == sku)).one_or_none()


def place_of(product: Product, wanted: ProductFilter) -> list[str | int]:
    """Where a product stands in the list: by vendor and the vendor's own id; those of one upload by row."""
    if wanted.upload_id:
        return [product.row_number or 0, product.product_id]
    return [product.vendor_id, product.vendor_product_id]


def _order(wanted: ProductFilter) -> list[Any]:
    """The columns of `place_of`."""
    if wanted.upload_id:
        return [Product.row_number, Product.product_id]
    return [Product.vendor_id, Product.vendor_product_id]


def active_categories(session: Session) -> list[ProductCategory]:
    """The categories that a file may name, in the marketplace's order."""
    statement = select(ProductCategory).where(ProductCategory.is_active).order_by(col(ProductCategory.category_id))
    return list(session.exec(statement))
