"""What happened to a product, from its creation on, and which record set each of its fields.

The caller has checked that the product is in scope.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.columns import FIELD_BITS, VALUE_COLUMNS
from pipeline.domain.uploads import Outcome
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place
from pipeline.postgres.tables import Product

NEWEST_FIRST = Order({"change_id": int}, descending=True)


@dataclass(frozen=True, slots=True)
class Event:
    """A record that created or changed the product; `change_id` 0 is the creation."""

    change_id: int
    upload_id: str | None
    row_number: int | None
    outcome: Outcome
    changes: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Setter:
    """The record that last changed a field."""

    upload_id: str | None
    row_number: int | None
    set_at: datetime


def find_history(cursor: Cursor, product: Product, *, after: Place | None, limit: int) -> list[Event]:
    cursor.execute(
        f"""
        SELECT change_id, upload_id, row_number, outcome,
               CASE WHEN outcome = %(created)s THEN '{{}}' ELSE changes END AS changes, created_at AS at
        FROM record_changes
        WHERE product_id = %(product_id)s AND is_written {f"AND {NEWEST_FIRST.sql_after}" if after else ""}
        ORDER BY {NEWEST_FIRST.sql} LIMIT %(limit)s
        """,
        {"product_id": product.product_id, "after": after, "limit": limit, "created": Outcome.CREATED},
    )
    events = [Event(*row._replace(outcome=Outcome(row.outcome))) for row in cursor]
    if len(events) < limit and after != (0,):
        events.append(Event(0, product.upload_id, product.row_number, Outcome.CREATED, {}, product.created_at))
    return events


def find_setters(cursor: Cursor, product: Product) -> dict[str, Setter]:
    """For each field that has or had a value, who set it."""
    cursor.execute(
        """
        SELECT DISTINCT ON (field) field, upload_id, row_number, created_at
        FROM record_changes CROSS JOIN LATERAL jsonb_object_keys(changes) AS field
        WHERE product_id = %s AND is_written ORDER BY field, change_id DESC
        """,
        (product.product_id,),
    )
    setters = {row.field: Setter(row.upload_id, row.row_number, row.created_at) for row in cursor}
    creation = Setter(product.upload_id, product.row_number, product.created_at)
    return {
        column: setters.get(column, creation)
        for column in VALUE_COLUMNS
        if column in setters or _was_given(product, column)
    }


def _was_given(product: Product, column: str) -> bool:
    """Whether the creation gave the field a value; of long ago it is not known, but then it has one."""
    if product.given_fields is None:
        return getattr(product, "status" if column == "listing_status" else column) is not None
    return bool(product.given_fields & FIELD_BITS[column])
