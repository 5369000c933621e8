"""The files of uploads' changes: which are requested, and which are written."""

from dataclasses import dataclass

from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class RequestedChanges:
    upload_id: str
    vendor_id: str
    delimiter: str
    dry_run: bool
    total_records: int


def request(cursor: Cursor, upload_id: str, *, again_after_seconds: int) -> bool:
    """True if the file must be asked for: it is not, or was so long ago that its message may be lost."""
    cursor.execute(
        """
        UPDATE upload_history SET changes_file_requested_at = now()
        WHERE upload_id = %s AND changes_file_s3_key IS NULL
          AND coalesce(changes_file_requested_at < now() - make_interval(secs => %s), true)
        """,
        (upload_id, again_after_seconds),
    )
    return bool(cursor.rowcount)


def find_requested(cursor: Cursor, upload_id: str) -> RequestedChanges | None:
    """The upload whose file is not written yet."""
    cursor.execute(
        """
        SELECT upload_id, vendor_id, coalesce(file_delimiter, ','), dry_run, total_records FROM upload_history
        WHERE upload_id = %s AND changes_file_requested_at IS NOT NULL AND changes_file_s3_key IS NULL
          AND total_records IS NOT NULL
        """,
        (upload_id,),
    )
    row = cursor.fetchone()
    return RequestedChanges(*row) if row else None


def note_written(cursor: Cursor, upload_id: str, key: str) -> None:
    cursor.execute("UPDATE upload_history SET changes_file_s3_key = %s WHERE upload_id = %s", (key, upload_id))
