"""The REST API's questions about the catalogue. A scope of None is a support agent's: every vendor."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, text, tuple_
from sqlmodel import Session, col, select

from pipeline.adapters.tables import CatalogueProduct
from pipeline.adapters.upload_queries import Scope


@dataclass(frozen=True, slots=True)
class ProductFilter:
    sku: str | None = None
    vendor_product_id: str | None = None
    category: str | None = None
    upload_id: str | None = None
    updated_since: datetime | None = None
    q: str | None = None


def find_product(session: Session, scope: Scope, product_id: int) -> CatalogueProduct | None:
    product = session.get(CatalogueProduct, product_id)
    return product if product and scope in {None, product.vendor_id} else None


def find_products(
    session: Session, scope: Scope, wanted: ProductFilter, *, after: tuple[str | int, str | int] | None, limit: int
) -> list[CatalogueProduct]:
    """Products in the order of `place_of`, from the one after `after` on."""
    order = (
        (col(CatalogueProduct.row_number), col(CatalogueProduct.product_id))
        if wanted.upload_id
        else (col(CatalogueProduct.vendor_id), col(CatalogueProduct.vendor_product_id))
    )
    query = select(CatalogueProduct).where(*_conditions(scope, wanted))
    if after:
        query = query.where(tuple_(*order) > after)
    return list(session.exec(query.order_by(*order).limit(limit)))


def place_of(product: CatalogueProduct, wanted: ProductFilter) -> list[str | int]:
    """Where a product stands in the list: by vendor and the vendor's own id; those of one upload by row."""
    if wanted.upload_id:
        return [product.row_number or 0, product.product_id or 0]
    return [product.vendor_id, product.vendor_product_id]


def active_categories(session: Session) -> list[tuple[str, str | None]]:
    """The categories that a file may name, with their descriptions, in the marketplace's order."""
    found = session.connection().execute(
        text("SELECT category_name, description FROM product_categories WHERE is_active ORDER BY category_id")
    )
    return [(row.category_name, row.description) for row in found]


def _conditions(scope: Scope, wanted: ProductFilter) -> list[ColumnElement[bool]]:
    product = CatalogueProduct
    conditions: list[ColumnElement[bool]] = [
        col(column) == value
        for column, value in (
            (product.vendor_id, scope),
            (product.sku, wanted.sku),
            (product.vendor_product_id, wanted.vendor_product_id),
            (product.upload_id, wanted.upload_id),
        )
        if value is not None
    ]
    if wanted.category:
        conditions.append(col(product.category).icontains(wanted.category, autoescape=True))
    if wanted.updated_since:
        conditions.append(col(product.updated_at) >= wanted.updated_since)
    if wanted.q:
        searched = (product.product_name, product.brand, product.sku, product.vendor_product_id)
        conditions.append(or_(*(col(column).icontains(wanted.q, autoescape=True) for column in searched)))
    return conditions
