"""Lists of products are what filtering and sorting all of them gives, page by page, whichever index finds them."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.domain.columns import ListingStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.products import ProductFilter, find_products
from pipeline.postgres.sessions import session_on
from pipeline.postgres.tables import Product
from tests.integration.deciding import rolled_back
from tests.integration.offline import Offline
from tests.integration.test_confirmations import announce

VENDORS = ("VEND001", "VEND002")
PRODUCTS, FILTERS, PAGE = 120, 60, 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Json = dict[str, Any]


def random_product(chance: random.Random, number: int, upload_id: str) -> Json:
    return {
        "vendor_id": chance.choice(VENDORS),
        "vendor_product_id": f"LIST-{chance.randrange(10**6)}-{number}",
        "product_name": chance.choice(["Red Lamp", "Blue lamp", "100% Wool", "Pan"]),
        "brand": chance.choice(["Acme", None]),
        "category": chance.choice(["Kitchen & Home", "Home", "Toys"]),
        "sku": f"LIST-SKU-{number}",
        "status": chance.choice(["active", "active", "withdrawn"]),
        "upload_id": chance.choice([upload_id, None]),
        "row_number": number,
        "updated_at": NOON + timedelta(hours=chance.randrange(9)),
    }


def add(cursor: Cursor, product: Json) -> None:
    names = ", ".join(product)
    values = ", ".join(f"%({name})s" for name in product)
    cursor.execute(f"INSERT INTO products ({names}, price, stock_quantity) VALUES ({values}, 1, 1)", product)


def random_filter(chance: random.Random, upload_id: str) -> ProductFilter:
    return ProductFilter(
        category=chance.choice([None, "home", "TOYS", "o", "nothing"]),
        upload_id=chance.choice([None, None, upload_id]),
        updated_since=chance.choice([None, NOON + timedelta(hours=4)]),
        status=chance.choice([[], [ListingStatus.WITHDRAWN], list(ListingStatus)]),
        q=chance.choice([None, None, "lamp", "list-", "cm", "0% w", "Lamp\nAcme"]),
    )


def matches(product: Json, scope: str | None, filters: ProductFilter) -> bool:
    names = ("product_name", "brand", "sku", "vendor_product_id")
    return (
        scope in {None, product["vendor_id"]}
        and product["status"] in (filters.status or [ListingStatus.ACTIVE])
        and (filters.category or "").lower() in product["category"].lower()
        and filters.upload_id in {None, product["upload_id"]}
        and (filters.updated_since is None or product["updated_at"] >= filters.updated_since)
        and (filters.q is None or any(filters.q.lower() in (product[name] or "").lower() for name in names))
    )


def pages(cursor: Cursor, scope: str | None, filters: ProductFilter) -> list[Product]:
    found: list[Product] = []
    while True:
        after = tuple(getattr(found[-1], name) for name in filters.order.columns) if found else None
        with session_on(cursor) as session:
            page = find_products(session, scope, filters, after=after, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found


def test_every_filter_lists_what_matches_in_order(offline: Offline) -> None:
    chance = random.Random(1)  # noqa: S311
    with rolled_back(offline.services.database) as cursor:
        cursor.execute("DELETE FROM products")
        upload_id = announce(cursor)
        products = [random_product(chance, number, upload_id) for number in range(PRODUCTS)]
        for product in products:
            add(cursor, product)
        for _ in range(FILTERS):
            scope, filters = chance.choice([None, *VENDORS]), random_filter(chance, upload_id)
            found = pages(cursor, scope, filters)
            places = [tuple(getattr(each, name) for name in filters.order.columns) for each in found]
            assert places == sorted(places), filters
            expected = {each["sku"] for each in products if matches(each, scope, filters)}
            assert [each.sku for each in found if each.sku not in expected] == [], filters
            assert len(found) == len(expected), filters
