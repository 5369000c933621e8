"""`exports`: which are asked for, what they have, and where they stand among the uploads of their vendor.

All functions take the cursor of the caller's transaction.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from psycopg2.extras import NamedTupleCursor

from pipeline.domain.columns import ListingStatus
from pipeline.domain.exports import EXPORT_RETENTION, ExportFormat, ExportStatus
from pipeline.domain.stored_products import Value
from pipeline.postgres.conditions import containing
from pipeline.postgres.database import Cursor

_ROWS_AT_ONCE = 2_000
_LONGEST_ATTEMPT = timedelta(minutes=16)  # a little more than a function may run
_STORED_COLUMNS = {"listing_status": "status"}


@dataclass(frozen=True, slots=True)
class Export:
    """`products` and `last_change` are known when it is ready: how many it has, and the position in the changes of the
    catalogue behind which everything was changed since."""

    export_id: str
    vendor_id: str
    format: ExportFormat
    statuses: Collection[ListingStatus]
    category: str | None
    updated_since: datetime | None
    columns: Sequence[str]
    status: ExportStatus
    failure: str | None
    attempts: int
    products: int | None
    s3_key: str | None
    last_change: int | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The moment that an export shows: its place among the uploads, and the last change of the catalogue in it."""

    effective_at: datetime
    last_change: int


_FIELDS = ", ".join(f"e.{name}" for name in Export.__slots__)


def add_export(
    cursor: Cursor,
    export_id: str,
    vendor_id: str,
    *,
    export_format: ExportFormat,
    statuses: Collection[ListingStatus],
    category: str | None,
    updated_since: datetime | None,
    columns: Sequence[str],
    created_by: str,
) -> Export:
    cursor.execute(
        f"""
        INSERT INTO exports AS e (export_id, vendor_id, format, statuses, category, updated_since, columns, created_by)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_FIELDS}
        """,
        (export_id, vendor_id, export_format, sorted(statuses), category, updated_since, list(columns), created_by),
    )
    return _export(cursor.fetchone())


def find_export(cursor: Cursor, scope: str | None, export_id: str) -> Export | None:
    """None also if it is not of the vendor in `scope`; None there means every vendor."""
    cursor.execute(
        f"SELECT {_FIELDS} FROM exports e WHERE export_id = %s AND (%s::text IS NULL OR vendor_id = %s)",
        (export_id, scope, scope),
    )
    row = cursor.fetchone()
    return _export(row) if row else None


def count_pending(cursor: Cursor, vendor_id: str) -> int:
    """Until the transaction ends, nobody else can count those of the vendor."""
    cursor.execute("SELECT FROM vendors WHERE vendor_id = %s FOR NO KEY UPDATE", (vendor_id,))
    cursor.execute(
        "SELECT count(*) FROM exports WHERE vendor_id = %s AND status = %s", (vendor_id, ExportStatus.PENDING)
    )
    return int(cursor.fetchone()[0])


def begin_attempt(cursor: Cursor, export_id: str) -> Export | None:
    """One attempt to write a pending export; None if it is not pending."""
    cursor.execute(
        f"""
        UPDATE exports e SET attempts = attempts + 1, requested_at = now()
        WHERE export_id = %s AND status = %s RETURNING {_FIELDS}
        """,
        (export_id, ExportStatus.PENDING),
    )
    row = cursor.fetchone()
    return _export(row) if row else None


def take_snapshot(cursor: Cursor, vendor_id: str) -> Snapshot:
    """Makes the transaction see one moment of the database. Call it before anything else."""
    # An upload that is announced after this moment stands later. One that changes products after it, wherever it
    # stands, has a later position, because positions of a vendor are in the order of the commits.
    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    cursor.execute(
        """
        SELECT greatest(date_trunc('milliseconds', clock_timestamp()),
                        (SELECT date_trunc('milliseconds', max(effective_at)) + interval '1 millisecond'
                         FROM upload_history WHERE vendor_id = %(vendor_id)s)) AS effective_at,
               greatest((SELECT changes_kept_after FROM vendors WHERE vendor_id = %(vendor_id)s),
                        (SELECT max(position) FROM catalogue_changes WHERE vendor_id = %(vendor_id)s)) AS last_change
        """,
        {"vendor_id": vendor_id},
    )
    return Snapshot(*cursor.fetchone())


def read_products(cursor: Cursor, export: Export) -> Iterator[tuple[Value, ...]]:
    """The values of each product by the columns of the export, in order of vendor product id; a part at a time."""
    values = ", ".join(_STORED_COLUMNS.get(column, column) for column in export.columns)
    with cursor.connection.cursor(name="exported", cursor_factory=NamedTupleCursor) as products:
        products.itersize = _ROWS_AT_ONCE
        cast(Cursor, products).execute(
            f"""
            SELECT {values} FROM products
            WHERE vendor_id = %(vendor_id)s AND status = ANY(%(statuses)s)
              AND (%(category)s::text IS NULL OR category ILIKE %(category)s)
              AND (%(updated_since)s::timestamptz IS NULL OR updated_at >= %(updated_since)s)
            ORDER BY vendor_product_id COLLATE "C"
            """,
            {
                "vendor_id": export.vendor_id,
                "statuses": list(export.statuses),
                "category": containing(export.category),
                "updated_since": export.updated_since,
            },
        )
        yield from products


def note_ready(cursor: Cursor, export_id: str, snapshot: Snapshot, *, key: str, products: int) -> None:
    cursor.execute(
        """
        UPDATE exports SET status = %s, s3_key = %s, products = %s, effective_at = %s, last_change = %s,
                           expires_at = now() + %s
        WHERE export_id = %s AND status = %s
        """,
        (
            *(ExportStatus.READY, key, products, snapshot.effective_at, snapshot.last_change, EXPORT_RETENTION),
            *(export_id, ExportStatus.PENDING),
        ),
    )


def note_failed(cursor: Cursor, export_id: str, failure: str) -> None:
    cursor.execute(
        "UPDATE exports SET status = %s, failure = %s WHERE export_id = %s AND status = %s",
        (ExportStatus.FAILED, failure, export_id, ExportStatus.PENDING),
    )


def request_stalled(cursor: Cursor, *, stalled_after: timedelta, limit: int) -> list[str]:
    """Pending exports of which nothing was heard for so long that their message may be lost.

    One that is being written is left alone for as long as that may take, unless every worker is gone.
    """
    cursor.execute(
        """
        UPDATE exports SET requested_at = now() WHERE export_id IN (
            SELECT export_id FROM exports WHERE status = %s
              AND requested_at <= now() - CASE WHEN attempts = 0 THEN %s ELSE %s END
            ORDER BY requested_at LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING export_id
        """,
        (ExportStatus.PENDING, stalled_after, stalled_after and max(stalled_after, _LONGEST_ATTEMPT), limit),
    )
    return [row.export_id for row in cursor]


def _export(row: Any) -> Export:
    fields = row._asdict() | {
        "format": ExportFormat(row.format),
        "statuses": [ListingStatus(status) for status in row.statuses],
        "status": ExportStatus(row.status),
    }
    return Export(**fields)
