"""Trends: errors per day by type, from `error_counts`, and the share of each vendor's rows that is rejected."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class Rejections:
    """How many rows a vendor sent in a period, without dry runs, and how many were rejected."""

    vendor_id: str
    vendor_name: str
    uploads: int
    rows: int
    rejected: int


def errors_by_day(cursor: Cursor, *, since: date, vendor_id: str | None) -> list[tuple[date, str, int]]:
    """Day (UTC), type and number of errors; days without errors are missing."""
    cursor.execute(
        """
        SELECT day, error_type, sum(errors)::int FROM error_counts
        WHERE by_type AND NOT by_field AND day >= %(since)s AND (%(vendor_id)s IS NULL OR vendor_id = %(vendor_id)s)
        GROUP BY day, error_type ORDER BY day, error_type
        """,
        {"vendor_id": vendor_id, "since": since},
    )
    return [(row[0], row[1], row[2]) for row in cursor]


def rejections(cursor: Cursor, *, since: datetime, limit: int) -> list[Rejections]:
    """The vendors with the most rejections, by rate and then by number, among those who sent any row."""
    cursor.execute(
        """
        SELECT vendor_id, vendor_name, uploads, rows, rejected
        FROM (SELECT vendor_id, count(*)::int AS uploads,
                     sum(valid_records + error_records)::bigint AS rows, sum(error_records)::bigint AS rejected
              FROM upload_history WHERE upload_timestamp >= %(since)s AND NOT dry_run GROUP BY vendor_id) AS sent
        JOIN vendors USING (vendor_id)
        WHERE rows > 0 ORDER BY rejected::numeric / rows DESC, rejected DESC, vendor_id LIMIT %(limit)s
        """,
        {"since": since, "limit": limit},
    )
    return [Rejections(*row) for row in cursor]
