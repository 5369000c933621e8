"""Endings: an upload's reports, its one final status, its one notification; or its expiry.

Steps are conditional UPDATEs, as in `claims.py`: of several workers one makes the step.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pipeline.domain.columns import Column
from pipeline.domain.failures import Failure, FileWarning
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.database import Cursor, as_json
from pipeline.postgres.decisions import columns_of


@dataclass(frozen=True, slots=True)
class Ending:
    """An upload that waits for its reports and its end."""

    upload_id: str
    vendor_id: str | None
    file_name: str
    key: str
    version_id: str
    size: int
    delimiter: str | None
    columns: tuple[Column, ...]
    dry_run: bool
    total_records: int | None
    valid_records: int
    error_records: int
    errors_by_type: dict[str, int]
    failure: Failure | None
    warnings: tuple[FileWarning, ...]


# Of an upload that was given up: what nobody decided.
_NOT_PROCESSED = "coalesce(total_records - valid_records - error_records, 0)"


def begin_ending(cursor: Cursor, upload_id: str) -> Ending | None:
    """Takes an upload that can be ended; None if there is nothing to end, or if another worker is at it.

    The worker has a minute, and a second more for every 2,000 records, which is ten times what reports take.
    """
    cursor.execute(
        """
        UPDATE upload_history SET ending_until = now() + make_interval(secs => 60 + coalesce(total_records, 0) / 2000)
        WHERE upload_id = %s AND status = %s AND coalesce(ending_until < now(), true)
          AND (failure IS NOT NULL OR total_records = valid_records + error_records)
        RETURNING *
        """,
        (upload_id, UploadStatus.PROCESSING),
    )
    row = cursor.fetchone()
    return ending_of(row) if row else None


def give_up_ending(cursor: Cursor, upload_id: str) -> None:
    """Lets the next worker try at once."""
    cursor.execute("UPDATE upload_history SET ending_until = NULL WHERE upload_id = %s", (upload_id,))


def unreported(cursor: Cursor, upload_id: str) -> Ending | None:
    """An upload that was cancelled or given up, and whose reports on what was checked are still to be written."""
    cursor.execute(
        """
        SELECT * FROM upload_history
        WHERE upload_id = %s AND error_records > 0 AND error_file_s3_key IS NULL
          AND (status = %s OR status = %s AND failure IS NOT NULL)
        """,
        (upload_id, UploadStatus.CANCELLED, UploadStatus.FAILED),
    )
    row = cursor.fetchone()
    return ending_of(row) if row else None


def add_reports(cursor: Cursor, upload_id: str, *, report_key: str | None, fix_key: str | None) -> None:
    """Notes where the reports of an upload are that had ended before them."""
    cursor.execute(
        "UPDATE upload_history SET error_file_s3_key = %s, fix_file_s3_key = %s WHERE upload_id = %s",
        (report_key, fix_key, upload_id),
    )


def end(
    cursor: Cursor, upload_id: str, *, status: UploadStatus, report_key: str | None, fix_key: str | None
) -> UUID | None:
    """The one end of an upload: its status, and the claim of its notification, whose id comes back.

    None if another worker ended it first. A lease is left to the worker that has it: it lets go when it has told
    staging everything; if it dies before that, the lease runs out, and the sweeper does it (`stalled_uploads.py`).
    """
    cursor.execute(
        f"""
        UPDATE upload_history SET
            status = %s, error_file_s3_key = %s, fix_file_s3_key = %s, processing_completed_at = now(),
            not_processed_records = {_NOT_PROCESSED},
            notification_id = gen_random_uuid(), notification_claimed_at = now()
        WHERE upload_id = %s AND status = %s
          AND (failure IS NOT NULL OR total_records = valid_records + error_records)
        RETURNING notification_id
        """,
        (status, report_key, fix_key, upload_id, UploadStatus.PROCESSING),
    )
    row = cursor.fetchone()
    return row.notification_id if row else None


def give_up(cursor: Cursor, upload_id: str, failure: Failure, *, give_up_after: timedelta) -> bool:
    """Closes an upload that still has not moved for `give_up_after`: what is not decided by now never will be.

    Its reports and its end follow as for every upload.
    """
    cursor.execute(
        """
        UPDATE upload_history SET failure = %s
        WHERE upload_id = %s AND status = %s AND failure IS NULL
          AND total_records IS DISTINCT FROM valid_records + error_records
          AND coalesce(last_progress_at, upload_timestamp) <= now() - %s
        """,
        (as_json(asdict(failure)), upload_id, UploadStatus.PROCESSING, give_up_after),
    )
    return bool(cursor.rowcount)


def end_unreported(cursor: Cursor, upload_id: str, failure: Failure, *, give_up_after: timedelta) -> bool:
    """Ends an upload at once that nothing is missing of but its end, and that nobody could end.

    Its reports and its notification, which nobody has claimed yet, are the next worker's.
    """
    cursor.execute(
        f"""
        UPDATE upload_history SET
            status = %(failed)s, failure = coalesce(failure, %(failure)s), processing_completed_at = now(),
            not_processed_records = {_NOT_PROCESSED}, ending_until = NULL,
            notification_id = gen_random_uuid(), notification_claimed_at = to_timestamp(0)
        WHERE upload_id = %(upload_id)s AND status = %(processing)s
          AND coalesce(last_progress_at, upload_timestamp) <= now() - %(give_up_after)s
        """,
        {
            "upload_id": upload_id,
            "failure": as_json(asdict(failure)),
            "failed": UploadStatus.FAILED,
            "processing": UploadStatus.PROCESSING,
            "give_up_after": give_up_after,
        },
    )
    return bool(cursor.rowcount)


def reclaim_notification(
    cursor: Cursor, upload_id: str, *, stalled_after: timedelta
) -> tuple[Ending, UploadStatus, UUID] | None:
    """An ended upload whose notification was claimed long ago and never noted as sent: its claimant died.

    Returns what to say, the status, and the same notification id as before.
    """
    cursor.execute(
        """
        UPDATE upload_history SET notification_claimed_at = now()
        WHERE upload_id = %s AND notified_at IS NULL AND notification_claimed_at < now() - %s
        RETURNING *
        """,
        (upload_id, stalled_after),
    )
    row = cursor.fetchone()
    return (ending_of(row), UploadStatus(row.status), row.notification_id) if row else None


def note_notified(cursor: Cursor, upload_id: str) -> None:
    cursor.execute("UPDATE upload_history SET notified_at = now() WHERE upload_id = %s", (upload_id,))


def expire_unsent(cursor: Cursor, upload_id: str, failure: Failure) -> bool:
    """Ends an upload whose file never came; a file that is on its way all the same revives it.

    False if it came after all, or another worker ended it first.
    """
    cursor.execute(
        """
        UPDATE upload_history SET status = %s, failure = %s, processing_completed_at = now()
        WHERE upload_id = %s AND status = %s AND expires_at < now()
        """,
        (UploadStatus.EXPIRED, as_json(asdict(failure)), upload_id, UploadStatus.AWAITING_UPLOAD),
    )
    return bool(cursor.rowcount)


def ending_of(row: Any) -> Ending:
    """An upload that waits for its end, or is told of, from its whole row."""
    return Ending(
        upload_id=row.upload_id,
        vendor_id=row.vendor_id,
        file_name=row.file_name,
        key=row.file_s3_key,
        version_id=row.file_version_id,
        size=row.file_size_bytes,
        delimiter=row.file_delimiter,
        columns=columns_of(row.file_columns or []),
        dry_run=row.dry_run,
        total_records=row.total_records,
        valid_records=row.valid_records,
        error_records=row.error_records,
        errors_by_type=row.errors_by_type,
        # Codes as stored: one that a newer version has written does not keep this one from the upload's end.
        failure=Failure(**row.failure) if row.failure else None,
        warnings=tuple(FileWarning(each["code"], each["message"], each["line"]) for each in row.warnings),
    )
