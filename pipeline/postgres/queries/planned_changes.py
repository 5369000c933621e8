"""What a dry run would do to the catalogue, the largest change first.

The caller has checked that the upload is in scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.uploads import Outcome, UploadStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place

LARGEST_FIRST = Order({"rank": int, "row_number": int})
MOST_SEARCHED = 200_000
"""The most rows, those with the largest changes, that are searched for changes of one field: each has to be read. An
index has them by the largest change of any field."""

_CHANGE_NOTHING = frozenset({Outcome.CREATED, Outcome.SUPERSEDED, Outcome.UNCHANGED})
"""The outcomes whose rows have no changes, and so all the same rank."""


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """`field` is a column that changes, by which the rows are sorted then."""

    outcome: Outcome | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """`rank` is as in the database: the smaller, the larger is the change. A new product has no name here."""

    rank: int
    row_number: int
    sheet_row: int
    outcome: Outcome
    product_id: int | None
    sku: str | None
    vendor_product_id: str | None
    product_name: str | None
    changes: dict[str, Any]
    superseded_by: str | None
    superseded_fields: Sequence[str]
    kept: dict[str, str] | None
    """The uploads that an undo leaves fields to, by field; None if it keeps none."""


def find_planned(
    cursor: Cursor, upload_id: str, filters: PlanFilter, *, after: Place | None, limit: int
) -> list[PlannedRow]:
    """Rows in the order of LARGEST_FIRST, from the one after `after` on."""
    values = {"upload_id": upload_id, "outcome": filters.outcome, "field": filters.field, "after": after}
    cursor.execute(_query(filters, has_place=after is not None), values | {"limit": limit})
    return [PlannedRow(*row._replace(outcome=Outcome(row.outcome))) for row in cursor]


def _query(filters: PlanFilter, *, has_place: bool) -> str:
    rank = "change_rank(one_field)" if filters.field else "change_rank(changes)"
    order = "row_number" if filters.outcome in _CHANGE_NOTHING else f"{rank}, row_number"
    source, conditions = _source(filters)
    conditions += [f"({rank}, row_number) > %(after)s"] if has_place else []
    return f"""
        WITH page AS MATERIALIZED (
            SELECT {rank} AS rank, planned.* FROM {source} AS planned
            WHERE {" AND ".join(conditions)} ORDER BY {order} LIMIT %(limit)s
        )
        SELECT rank, page.row_number, page.sheet_row, outcome, page.product_id, coalesce(page.sku, p.sku) AS sku,
               coalesce(page.vendor_product_id, p.vendor_product_id) AS vendor_product_id, p.product_name,
               changes, superseded_by, superseded_fields, kept
        FROM page LEFT JOIN products p USING (product_id) ORDER BY rank, page.row_number
        """


def _source(filters: PlanFilter) -> tuple[str, list[str]]:
    """Where the rows come from, and the conditions that are left. With a field, `one_field` is its change."""
    conditions = ["upload_id = %(upload_id)s", "NOT is_written"]
    conditions += ["outcome = %(outcome)s"] if filters.outcome else []
    if not filters.field:
        return "record_changes", conditions
    # Not flattened, or else the expression is evaluated for each of the columns that the function looks at.
    source = f"""(
        SELECT *, jsonb_build_object(%(field)s::text, changes -> %(field)s) AS one_field FROM (
            SELECT * FROM record_changes WHERE {" AND ".join(conditions)}
            ORDER BY change_rank(changes), row_number LIMIT {MOST_SEARCHED}
        ) AS largest
        WHERE changes ? %(field)s OFFSET 0
    )"""
    return source, ["true"]


def applied_as(cursor: Cursor, plan_id: str, *, locks: bool = False) -> str | None:
    """The upload that applied the plan; None if none did, or it was cancelled or failed. With `locks`, nobody else
    applies it during the caller's transaction."""
    if locks:
        cursor.execute("SELECT FROM upload_history WHERE upload_id = %s FOR NO KEY UPDATE", (plan_id,))
    cursor.execute(
        """
        SELECT upload_id FROM upload_history
        WHERE plan_upload_id = %(plan)s AND NOT dry_run AND status NOT IN %(ended)s
        ORDER BY upload_number DESC LIMIT 1
        """,
        {"plan": plan_id, "ended": (UploadStatus.CANCELLED, UploadStatus.FAILED)},
    )
    row = cursor.fetchone()
    return row.upload_id if row else None
