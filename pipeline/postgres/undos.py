"""Undos: uploads that take others back, and what their files list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.database import Cursor, Database
from pipeline.postgres.queries.undo_states import undone_by

_BLOCK = 2_000


def lock_for_undo(cursor: Cursor, upload_id: str) -> str | None:
    """The undo that takes an upload back already; None if there is none. Then no other can be added meanwhile."""
    # The unique index would stop a second one, too, but adding an upload tries again and again for its place.
    cursor.execute("SELECT FROM upload_history WHERE upload_id = %s FOR NO KEY UPDATE", (upload_id,))
    undo = undone_by(cursor, upload_id)
    return undo.upload_id if undo else None


@dataclass(frozen=True, slots=True)
class UnwrittenUndo:
    """An undo without its file."""

    upload_id: str
    key: str
    undo_of: str


def find_unwritten(cursor: Cursor, upload_id: str) -> UnwrittenUndo | None:
    """None if the upload is no undo, has its file, or has ended."""
    cursor.execute(
        """
        SELECT upload_id, file_s3_key, undo_of FROM upload_history
        WHERE upload_id = %s AND status = %s AND file_version_id IS NULL AND undo_of IS NOT NULL
        """,
        (upload_id, UploadStatus.PROCESSING),
    )
    row = cursor.fetchone()
    return UnwrittenUndo(*row) if row else None


class WrittenRecord(NamedTuple):
    """A record that wrote, and the keys of the product that it created, changed or removed."""

    row_number: int
    vendor_product_id: str | None
    sku: str | None


def written_records(database: Database, upload_id: str) -> Iterator[WrittenRecord]:
    """Every record of an upload that wrote, in order of row number, fetched in blocks."""
    with database.transaction() as cursor:
        cursor.execute(
            """
            DECLARE written NO SCROLL CURSOR FOR
            SELECT written.row_number,
                   coalesce(p.vendor_product_id, product ->> 'vendor_product_id') AS vendor_product_id,
                   coalesce(p.sku, product ->> 'sku') AS sku
            FROM (
                SELECT row_number, product_id FROM record_changes WHERE upload_id = %(upload_id)s AND is_written
                UNION ALL SELECT row_number, product_id FROM products WHERE upload_id = %(upload_id)s
                UNION ALL SELECT row_number, product_id FROM removed_products WHERE upload_id = %(upload_id)s
            ) AS written
            LEFT JOIN products p USING (product_id) LEFT JOIN removed_products r USING (product_id)
            ORDER BY written.row_number
            """,
            {"upload_id": upload_id},
        )
        while True:
            cursor.execute(f"FETCH {_BLOCK} FROM written")
            rows = cursor.fetchall()
            yield from map(WrittenRecord._make, rows)
            if len(rows) < _BLOCK:
                return
