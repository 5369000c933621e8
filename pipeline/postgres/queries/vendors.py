"""Support's queries for vendors."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place

BY_VENDOR_ID = Order({"vendor_id": str})


@dataclass(frozen=True, slots=True)
class VendorActivity:
    """A vendor and its last 30 days. The percentage is rounded down to 0.1; None if there were no rows."""

    vendor_id: str
    vendor_name: str
    status: str
    last_upload_at: datetime | None
    uploads_30d: int
    accepted_percent_30d: float | None


def find_vendors(cursor: Cursor, *, after: Place | None, limit: int) -> list[VendorActivity]:
    """Vendors in order of their id, from the one after `after` on. Dry runs count as uploads, but not their rows."""
    cursor.execute(
        """
        SELECT vendor_id, vendor_name, status, last_upload_at, uploads_30d,
               (floor(1000.0 * accepted / nullif(accepted + rejected, 0)) / 10)::float8
        FROM (SELECT * FROM vendors WHERE vendor_id > %(after)s ORDER BY vendor_id LIMIT %(limit)s) AS vendors
        CROSS JOIN LATERAL (
            SELECT max(upload_timestamp) AS last_upload_at FROM upload_history AS u
            WHERE u.vendor_id = vendors.vendor_id
        ) AS last
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS uploads_30d,
                   sum(valid_records) FILTER (WHERE NOT dry_run) AS accepted,
                   sum(error_records) FILTER (WHERE NOT dry_run) AS rejected
            FROM upload_history AS u
            WHERE u.vendor_id = vendors.vendor_id AND upload_timestamp > now() - interval '30 days'
        ) AS lately
        ORDER BY vendor_id
        """,
        {"after": after[0] if after else "", "limit": limit},
    )
    return [VendorActivity(*row) for row in cursor]
