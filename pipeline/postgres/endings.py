"""Endings: an upload's reports, its final status and its one notification; or its expiry.

Steps are conditional UPDATEs, as in `claims.py`: of several workers, only one makes the step.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pipeline.domain.columns import Column, stored_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import Failure, FileWarning, still_withdrawn
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.left_out import LeftOut
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.database import Cursor, as_json


@dataclass(frozen=True, slots=True)
class Ending:
    """An upload that waits for its reports and its end."""

    upload_id: str
    vendor_id: str | None
    file_name: str
    key: str
    version_id: str
    size: int
    file_format: FileFormat | None
    delimiter: str | None
    columns: tuple[Column, ...]
    decisions: Decisions
    numbers: NumberReadings | None
    dry_run: bool
    undo_of: str | None
    total_records: int | None
    valid_records: int
    error_records: int
    updated_records: int
    unchanged_records: int
    superseded_records: int
    removed_records: int
    already_in_catalogue_records: int
    differing_records: int
    errors_by_type: dict[str, int]
    failure: Failure | None
    warnings: tuple[FileWarning, ...]


# Rows without a decision, which only an upload that was given up has.
_NOT_PROCESSED = "coalesce(total_records - valid_records - error_records, 0)"


def begin_ending(cursor: Cursor, upload_id: str) -> Ending | None:
    """Claims an upload that can be ended; None if it cannot, or if another worker is ending it."""
    # A minute, and a second more for every 2,000 records: ten times as long as reports take.
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
    """Releases an upload whose end failed, so that the next worker can try at once."""
    cursor.execute("UPDATE upload_history SET ending_until = NULL WHERE upload_id = %s", (upload_id,))


def find_unreported(cursor: Cursor, upload_id: str) -> Ending | None:
    """An upload that was cancelled or given up, and lacks the reports on the records that were checked."""
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
    """Stores the keys of reports that were written after the end of their upload."""
    cursor.execute(
        "UPDATE upload_history SET error_file_s3_key = %s, fix_file_s3_key = %s WHERE upload_id = %s",
        (report_key, fix_key, upload_id),
    )


def end(
    cursor: Cursor, upload_id: str, *, status: UploadStatus, report_key: str | None, fix_key: str | None
) -> UUID | None:
    """Ends an upload: sets its final status and claims its one notification, whose id it returns.

    None if another worker ended it first.
    """
    # The lease stays with its worker, which releases it once staging has every decision. If the worker dies before
    # that, the lease runs out and the sweeper finishes the work (`stalled_uploads.py`).
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
    """Fails an upload that has made no progress for `give_up_after`; no further record is decided.

    The upload is then reported and ended as usual.
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
    """Ends an upload without its reports, after every attempt to end it with them failed.

    The next worker writes the reports and sends the notification.
    """
    # Claimed in 1970, so that the notification counts as abandoned and the next worker may claim it.
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
    """Claims the notification of an ended upload again, if the worker that had claimed it died before it was sent.

    Returns the upload, its status, and the same notification id as before.
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
    """Expires an upload whose file never arrived. A file that arrives later is processed all the same.

    False if the file has arrived, or another worker ended the upload first.
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
    """Reads an upload to end, or to notify about, from its row of `upload_history`."""
    return Ending(
        upload_id=row.upload_id,
        vendor_id=row.vendor_id,
        file_name=row.file_name,
        key=row.file_s3_key,
        version_id=row.file_version_id,
        size=row.file_size_bytes,
        file_format=row.file_format,
        delimiter=row.file_delimiter,
        columns=stored_header(row.file_columns or []),
        decisions=Decisions.of(row.decisions, row.remembered_headers or ()),
        numbers=NumberReadings.of(row.file_numbers) if row.file_numbers else None,
        dry_run=row.dry_run,
        undo_of=row.undo_of,
        total_records=row.total_records,
        valid_records=row.valid_records,
        error_records=row.error_records,
        updated_records=row.updated_records,
        unchanged_records=row.unchanged_records,
        superseded_records=row.superseded_records,
        removed_records=row.removed_records,
        already_in_catalogue_records=row.already_in_catalogue_records,
        differing_records=row.differing_records,
        errors_by_type=row.errors_by_type,
        # Codes stay plain text: this version must be able to end an upload whose code only a newer version knows.
        failure=Failure.of(row.failure) if row.failure else None,
        warnings=(
            *(FileWarning(each["code"], each["message"], each["line"]) for each in row.warnings),
            *still_withdrawn(row.still_withdrawn_records),
            *LeftOut.of(row.left_out).warning(in_workbook=row.file_format == FileFormat.XLSX),
        ),
    )
