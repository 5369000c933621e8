"""Direct drops: uploads of objects that a vendor's own tool put into the bucket.

All functions take the cursor of the caller's transaction.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.aws.object_store import Drop
from pipeline.domain.decisions import Decisions
from pipeline.domain.uploads import DIRECT_DROP, UploadKey
from pipeline.postgres import placing
from pipeline.postgres.database import Cursor, as_json

_LONGEST_NAME = 255  # characters of upload_history.file_name and claimed_vendor_id


def add_direct_drop(cursor: Cursor, upload_id: str, parts: UploadKey, key: str, version_id: str, size: int) -> str:
    """Adds the upload of an object that a vendor's own tool put into the bucket; returns the same id on every call."""
    values = {
        "upload_id": upload_id,
        "claimed_vendor_id": parts.vendor_id[:_LONGEST_NAME],
        "file_name": parts.file_name[:_LONGEST_NAME],
        "file_size_bytes": size,
        "file_s3_key": key,
        "file_version_id": version_id,
        "created_by": DIRECT_DROP,
    }
    settings = _settings_of(cursor, parts.vendor_id)
    placing.insert_last(
        cursor,
        {column: f"%({column})s" for column in (*values, *settings)} | {"upload_timestamp": "clock_timestamp()"},
        values | settings,
        conflict="file_s3_key file_version_id",
    )
    cursor.execute(
        """
        SELECT upload_id FROM upload_history
        WHERE file_s3_key = %s AND file_version_id = %s AND source_upload_id IS NULL
        """,
        (key, version_id),
    )
    return str(cursor.fetchone()[0])


def _settings_of(cursor: Cursor, vendor_id: str) -> dict[str, Any]:
    """The vendor of a direct drop, if we know it, and its decisions: those of the vendor's settings."""
    cursor.execute(
        """
        SELECT vendor_id, default_mode AS mode, blank_cells, number_format, optional_values
        FROM vendors WHERE vendor_id = %s
        """,
        (vendor_id,),
    )
    row = cursor.fetchone()
    if row is None:
        return {"vendor_id": None}
    decisions = Decisions.of(row._asdict())
    return {"vendor_id": row.vendor_id, "mode": decisions.mode, "decisions": as_json(decisions.as_json())}


def unknown_drops(cursor: Cursor, drops: Sequence[Drop]) -> list[Drop]:
    """The object versions that belong to no upload."""
    cursor.execute(
        """
        SELECT n - 1 AS position
        FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS drop (key, version_id, n)
        WHERE NOT EXISTS (SELECT 1 FROM upload_history u
                          WHERE u.file_s3_key = drop.key AND u.file_version_id = drop.version_id
                            AND u.source_upload_id IS NULL)
        """,
        ([drop.key for drop in drops], [drop.version_id for drop in drops]),
    )
    return [drops[row.position] for row in cursor]
