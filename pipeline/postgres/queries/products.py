"""The API's queries for the catalogue. A scope of None means every vendor, for support."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from pipeline.domain.columns import ListingStatus
from pipeline.postgres.conditions import containing, without_none
from pipeline.postgres.order import Order, Place
from pipeline.postgres.queries.uploads import Scope
from pipeline.postgres.tables import Product, ProductCategory

_BY_VENDOR = Order({"vendor_id": str, "vendor_product_id": str})
_BY_ROW = Order({"row_number": int, "product_id": int})


@dataclass(frozen=True, slots=True)
class ProductFilter:
    sku: str | None = None
    vendor_product_id: str | None = None
    category: str | None = None
    upload_id: str | None = None
    updated_since: datetime | None = None
    status: Collection[ListingStatus] = ()
    """Empty means those on sale."""
    q: str | None = None

    @property
    def order(self) -> Order:
        """By vendor and vendor product id; for the products of one upload, by row."""
        return _BY_ROW if self.upload_id else _BY_VENDOR


def find_product(session: Session, scope: Scope, product_id: int) -> Product | None:
    product = session.get(Product, product_id)
    return product if product and scope in {None, product.vendor_id} else None


def find_products(
    session: Session, scope: Scope, filters: ProductFilter, *, after: Place | None, limit: int
) -> list[Product]:
    """Products in the filter's order, from the one after `after` on."""
    exact = without_none(
        vendor_id=scope,
        sku=filters.sku,
        vendor_product_id=filters.vendor_product_id,
        upload_id=filters.upload_id,
    )
    statement = filters.order.page(select(Product).filter_by(**exact), Product, after, limit)
    if filters.updated_since:
        statement = statement.where(col(Product.updated_at) >= filters.updated_since)
    statement = statement.where(col(Product.status).in_(filters.status or [ListingStatus.ACTIVE]))
    if filters.category:
        statement = statement.where(col(Product.category).ilike(containing(filters.category)))
    if filters.q:
        statement = statement.where(or_(*(column.ilike(containing(filters.q)) for column in _SEARCHED)))
    return list(session.exec(statement))


_SEARCHED = (
    col(Product.product_name),
    col(Product.brand),
    col(Product.sku),
    col(Product.vendor_product_id),
)  # fmt: skip


def product_with(session: Session, sku: str) -> Product | None:
    """The product with this SKU, of any vendor: SKUs are unique in the marketplace."""
    return session.exec(select(Product).where(Product.sku == sku)).one_or_none()


def active_categories(session: Session) -> list[ProductCategory]:
    """The categories that a file may name, in the marketplace's order."""
    statement = select(ProductCategory).where(ProductCategory.is_active).order_by(col(ProductCategory.category_id))
    return list(session.exec(statement))
