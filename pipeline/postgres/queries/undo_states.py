"""Which uploads have been taken back, by which undo, and what an undo left to later uploads.

The caller has checked that the uploads are in scope.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.domain.uploads import FINAL_STATUSES, UNDO_PERIOD, UploadStatus
from pipeline.postgres.database import Cursor

_MOST_COUNTED = 100_000
"""The most records with kept fields that are looked at for the uploads to which an undo left them."""

_STANDS = "NOT dry_run AND status NOT IN ('cancelled', 'failed')"
"""The condition of the unique index of undos."""


@dataclass(frozen=True, slots=True)
class NamedUpload:
    upload_id: str
    file_name: str
    status: UploadStatus


def undone_by(cursor: Cursor, upload_id: str) -> NamedUpload | None:
    """The undo that takes the upload back; None if there is none, or it was cancelled or failed."""
    cursor.execute(
        f"SELECT upload_id, file_name, status FROM upload_history WHERE undo_of = %s AND {_STANDS}", (upload_id,)
    )
    row = cursor.fetchone()
    return NamedUpload(row.upload_id, row.file_name, UploadStatus(row.status)) if row else None


def named_upload(cursor: Cursor, upload_id: str) -> NamedUpload | None:
    cursor.execute("SELECT upload_id, file_name, status FROM upload_history WHERE upload_id = %s", (upload_id,))
    row = cursor.fetchone()
    return NamedUpload(row.upload_id, row.file_name, UploadStatus(row.status)) if row else None


def can_be_undone(cursor: Cursor, upload_ids: Collection[str]) -> set[str]:
    """Those that wrote something, not too long ago, and are not taken back."""
    cursor.execute(
        f"""
        SELECT upload_id FROM upload_history u
        WHERE upload_id = ANY(%s::text[]) AND NOT dry_run AND status = ANY(%s::text[])
          AND valid_records > unchanged_records + superseded_records AND processing_completed_at > now() - %s
          AND NOT EXISTS (SELECT FROM upload_history WHERE undo_of = u.upload_id AND {_STANDS})
        """,
        (list(upload_ids), sorted(FINAL_STATUSES), UNDO_PERIOD),
    )
    return {row.upload_id for row in cursor}


def kept_for(cursor: Cursor, undo_id: str, limit: int) -> list[tuple[str, str]]:
    """The uploads whose later changes an undo left, the most frequent first, each with the name of its file."""
    cursor.execute(
        f"""
        SELECT setters.upload_id, file_name FROM (
            SELECT setter AS upload_id, count(*) AS records FROM (
                SELECT kept FROM record_changes WHERE upload_id = %s AND kept <> '{{}}' LIMIT {_MOST_COUNTED}
            ) AS records CROSS JOIN LATERAL (SELECT DISTINCT value FROM jsonb_each_text(kept)) AS each (setter)
            GROUP BY setter ORDER BY count(*) DESC, setter LIMIT %s
        ) AS setters JOIN upload_history USING (upload_id) ORDER BY records DESC, upload_id
        """,
        (undo_id, limit),
    )
    return [(row.upload_id, row.file_name) for row in cursor]
