"""What a list is sorted by comes back from a cursor as it was, and is the same in SQL and in typed statements."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlmodel import select

from pipeline.postgres.order import Order
from pipeline.postgres.tables import Product, Webhook

NEWEST = Order({"created_at": datetime, "webhook_id": str}, descending=True)
BY_ROW = Order({"row_number": int, "product_id": int})


@dataclass
class Row:
    created_at: datetime
    webhook_id: str | None
    row_number: int | None = None
    product_id: int = 7


AT = datetime(2026, 11, 30, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("row", [Row(AT, "WH_1"), Row(AT.astimezone(timezone(timedelta(hours=5))), "größe 😀")])
def test_a_place_comes_back_from_json(row: Row) -> None:
    assert NEWEST.from_json(NEWEST.to_json(row)) == (row.created_at, row.webhook_id)


def test_a_null_is_nothing_of_its_kind() -> None:
    row = Row(AT, None)
    assert NEWEST.to_json(row)[1] == ""
    assert BY_ROW.to_json(row) == [0, 7]


@pytest.mark.parametrize("values", [[], ["x", 1], [1], [1, 2, 3], [None, 1], ["2026-11-30", "WH_1"], [[], 1]])
def test_other_values_are_refused(values: list[object]) -> None:
    for order in (NEWEST, BY_ROW):
        with pytest.raises((ValueError, TypeError)):
            order.from_json(values)


def test_sql_and_typed_statements_sort_the_same() -> None:
    assert (NEWEST.sql, NEWEST.sql_after) == (
        "created_at DESC, webhook_id DESC",
        "(created_at, webhook_id) < %(after)s",
    )
    statement = str(NEWEST.page(select(Webhook), Webhook, (AT, "WH_1"), 3))
    assert "(webhooks.created_at, webhooks.webhook_id) < (" in statement
    assert "ORDER BY webhooks.created_at DESC, webhooks.webhook_id DESC" in statement
    ascending = str(BY_ROW.page(select(Product), Product, None, 3))
    assert "WHERE" not in ascending
    assert "ORDER BY products.row_number, products.product_id" in ascending
