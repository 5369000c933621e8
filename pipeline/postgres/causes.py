"""Causes: why rows of an upload were rejected, for the API, the portal and the notification.

Only unknown categories are told apart by their value. Rule 5 compares categories cleaned and casefolded, so spellings
that differ in nothing else are one cause, shown as its first row spells it, cleaned.
"""

from typing import Any

from pipeline.domain.cells import STRIPPED
from pipeline.domain.errors import ErrorType
from pipeline.outcome.notifications import Cause
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place

MOST_FREQUENT = Order({"count": int, "error_type": str, "error_field": str, "value": str})

CASE_FOLDED = "casefold(btrim({}, %(stripped)s) COLLATE pg_unicode_fast)"
_POSITION = "(-count, error_type, coalesce(error_field, ''), folded)"
_AFTER = f"(-%(count)s::numeric, %(error_type)s, %(error_field)s, {CASE_FOLDED.format('%(value)s')})"


def causes_of(cursor: Cursor, upload_id: str, *, limit: int, after: Place | None = None) -> list[Cause]:
    """The most frequent cause first, from the one after `after` on."""
    condition, place = after_place(after)
    cursor.execute(
        f"""
        SELECT error_type, count, error_field,
               CASE WHEN error_type = %(unknown_category)s THEN (
                   SELECT btrim(value, %(stripped)s) FROM validation_errors AS first
                   WHERE upload_id = %(upload_id)s AND first.error_type = causes.error_type
                     AND first.error_field = causes.error_field AND row_number = rows[1]) END AS value,
               suggestion, rows, is_suggested
        FROM (
            SELECT error_type, error_field, '' COLLATE pg_unicode_fast AS folded, count(*)::int AS count,
                   (array_agg(row_number ORDER BY row_number))[1:5] AS rows, NULL AS suggestion,
                   count(suggestion) = count(*) AS is_suggested
            FROM validation_errors WHERE upload_id = %(upload_id)s AND error_type <> %(unknown_category)s
            GROUP BY error_type, error_field
            UNION ALL
            SELECT error_type, error_field, {CASE_FOLDED.format("value")} AS folded, count(*)::int,
                   (array_agg(row_number ORDER BY row_number))[1:5], min(suggestion),
                   count(suggestion) = count(*)
            FROM validation_errors WHERE upload_id = %(upload_id)s AND error_type = %(unknown_category)s
            GROUP BY error_type, error_field, folded
        ) AS causes
        {condition} LIMIT %(limit)s
        """,
        {"upload_id": upload_id, "limit": limit, "stripped": STRIPPED, "unknown_category": ErrorType.INVALID_CATEGORY}
        | place,
    )
    return [Cause(*row) for row in cursor]


def after_place(after: Place | None) -> tuple[str, dict[str, Any]]:
    """The end of a query for causes with a column `folded`, in order from a place on, and the values that it needs."""
    condition = f"WHERE {_POSITION} > {_AFTER} " if after else ""
    place = dict(zip(MOST_FREQUENT.columns, after, strict=True)) if after else {}
    return f"{condition}ORDER BY {_POSITION}", place
