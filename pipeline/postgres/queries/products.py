"""The API's queries for the catalogue. A scope of None means every vendor, for support.

A page costs about the same wherever it is and however few products match: each filter but the text has an index in the
list's order. A text that few products have is looked for in all of the vendor's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, String, and_, func, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.domain.columns import ListingStatus
from pipeline.postgres.conditions import containing, without_none
from pipeline.postgres.order import Order, Place
from pipeline.postgres.queries.uploads import Scope
from pipeline.postgres.sessions import Session
from pipeline.postgres.tables import Product, ProductCategory, VendorTable

Statement = SelectOfScalar[Product]
_BY_VENDOR = Order({"vendor_id": str, "vendor_product_id": str})
_WITHIN_VENDOR = Order({"vendor_product_id": str})
_BY_ROW = Order({"row_number": int, "product_id": int})
_BY_UPDATE = Order({"updated_at": datetime, "product_id": int})
_NEAR = 5_000
"""How many products are read to fill a page before an index is asked where the others are that match."""


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
    def statuses(self) -> set[ListingStatus]:
        return set(self.status or [ListingStatus.ACTIVE])

    @property
    def order(self) -> Order:
        """By vendor and vendor product id; an upload's products by row, updated ones by the time of their update."""
        if self.upload_id:
            return _BY_ROW
        return _BY_UPDATE if self.updated_since else _BY_VENDOR


def find_product(session: Session, scope: Scope, product_id: int) -> Product | None:
    product = session.get(Product, product_id)
    return product if product and scope in {None, product.vendor_id} else None


def find_products(
    session: Session, scope: Scope, filters: ProductFilter, *, after: Place | None, limit: int
) -> list[Product]:
    """Products in the filter's order, from the one after `after` on."""
    order = filters.order
    if scope and order is _BY_VENDOR:  # PostgreSQL does not start a scan in the middle of a column with one value
        order, after = _WITHIN_VENDOR, after and after[1:]
    categories = _categories(session, scope, filters.category) if filters.category else None
    if categories == []:
        return []
    statement, streams = _exact(scope, filters), _streams(scope, filters, categories)
    if not _needs_search(filters):
        return list(session.exec(_in_order(statement, order, streams, after, limit)))
    near = aliased(Product, _in_order(statement, order, streams, after, _NEAR).subquery())
    page = session.exec(order.page(select(near).where(_search(near, filters, categories)), near, None, limit)).all()
    if len(page) == limit:
        return list(page)
    found = _found(statement.where(_search(Product, filters, categories)), order, after, limit)
    return list(session.exec(found))


def _exact(scope: Scope, filters: ProductFilter) -> Statement:
    """The conditions for which an index has the products in order."""
    exact = without_none(
        vendor_id=scope,
        sku=filters.sku,
        vendor_product_id=filters.vendor_product_id,
        upload_id=filters.upload_id,
    )
    statement = select(Product).filter_by(**exact)
    if filters.updated_since:
        statement = statement.where(col(Product.updated_at) >= filters.updated_since)
    if filters.statuses != set(ListingStatus):
        statement = statement.where(col(Product.status).in_(filters.statuses))
    return statement


def _streams(scope: Scope, filters: ProductFilter, categories: Sequence[str] | None) -> dict[str, Any]:
    """The columns for each value of which an index has the products in order, and these values."""
    if filters.order is _BY_UPDATE:
        vendors = {} if scope else {"vendor_id": select(VendorTable.vendor_id).subquery().c.vendor_id}
        return vendors | {"status": _each(sorted(filters.statuses))}
    return {} if categories is None or _needs_search(filters) else {"category": _each(categories)}


def _each(values: Sequence[str]) -> Any:
    return select(func.unnest(literal(values, ARRAY(String))).label("value")).subquery().c.value


def _in_order(
    statement: Statement, order: Order, streams: Mapping[str, Any], after: Place | None, limit: int
) -> Statement:
    """One page, merged from the pages of the streams."""
    page = order.page(statement, Product, after, limit)
    if not streams:
        return page
    pages = page.where(*(getattr(Product, name) == values for name, values in streams.items())).lateral()
    product = aliased(Product, pages)
    merged = select(product).select_from(*(values.table for values in streams.values()), pages)
    return order.page(merged, product, None, limit)


def _found(statement: Statement, order: Order, after: Place | None, limit: int) -> Statement:
    """One page of all that match, in any order; an index finds those of a category."""
    # Materialized, or else the planner hopes to find enough of them soon in the order of the list.
    keys = (col(getattr(Product, name)) for name in dict.fromkeys([*order.columns, "product_id"]))
    found = statement.with_only_columns(*keys).cte("found").prefix_with("MATERIALIZED").c
    page = order.page(select(found.product_id), cast(type, found), after, limit).subquery()
    return order.page(select(Product).where(Product.product_id == page.c.product_id), Product, None, limit)


def _needs_search(filters: ProductFilter) -> bool:
    return bool(filters.q or (filters.category and filters.order is not _BY_VENDOR))


def _search(product: type[Product], filters: ProductFilter, categories: Sequence[str] | None) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if categories is not None:
        conditions.append(col(product.category).in_(categories))
    if filters.q:
        searched = (product.product_name, product.brand, product.sku, product.vendor_product_id)
        conditions.append(or_(*(col(column).ilike(containing(filters.q)) for column in searched)))
    return and_(*conditions)


def _categories(session: Session, scope: Scope, text: str) -> Sequence[str]:
    """The categories in use whose name contains a text. Steps from one to the next, however many products they have."""
    session.cursor.execute(
        """
        WITH RECURSIVE used AS (
            (SELECT category FROM products ORDER BY category LIMIT 1)
            UNION ALL SELECT (SELECT category FROM products WHERE category > used.category ORDER BY category LIMIT 1)
            FROM used WHERE category IS NOT NULL
        )
        SELECT category FROM used WHERE category ILIKE %(text)s AND (%(scope)s::text IS NULL OR EXISTS (
            SELECT FROM products WHERE category = used.category AND vendor_id = %(scope)s OFFSET 0))
        """,
        {"text": containing(text), "scope": scope},
    )
    return [row.category for row in session.cursor]


def product_with(session: Session, sku: str) -> Product | None:
    """The product with this SKU, of any vendor: SKUs are unique in the marketplace."""
    return session.exec(select(Product).where(Product.sku == sku)).one_or_none()


def active_categories(session: Session) -> list[ProductCategory]:
    """The categories that a file may name, in the marketplace's order."""
    statement = select(ProductCategory).where(ProductCategory.is_active).order_by(col(ProductCategory.category_id))
    return list(session.exec(statement))
