"""Faults in ending uploads: too early, twice, in the wrong order, for the wrong vendor."""

from datetime import timedelta
from uuid import UUID

from pipeline.aws.topic import Topic
from pipeline.domain.uploads import UploadStatus, error_report_key, fix_file_key
from pipeline.outcome.notifications import Outcome
from pipeline.postgres import endings
from pipeline.postgres.database import Cursor
from pipeline.postgres.endings import Ending
from pipeline.services import Services
from pipeline.stages.report import _notify, _write_reports
from tests.reliability.mutants.mutation import Mutant, instead_of

_publish = Topic.publish


@instead_of(endings.begin_ending)
def begin_ending_after_any_decision(cursor: Cursor, upload_id: str) -> Ending | None:
    cursor.execute(
        """
        UPDATE upload_history SET ending_until = now() + interval '1 minute'
        WHERE upload_id = %s AND status = 'processing' AND coalesce(ending_until < now(), true)
          AND (failure IS NOT NULL OR valid_records + error_records > 0)
        RETURNING *
        """,
        (upload_id,),
    )
    row = cursor.fetchone()
    return endings.ending_of(row) if row else None


def _end_where(
    condition: str, cursor: Cursor, upload_id: str, status: str, report_key: str | None, fix_key: str | None
) -> UUID | None:
    """Does what `endings.end` does, on another condition."""
    cursor.execute(
        f"""
        UPDATE upload_history SET
            status = %s, error_file_s3_key = %s, fix_file_s3_key = %s, processing_completed_at = now(),
            not_processed_records = coalesce(total_records - valid_records - error_records, 0),
            notification_id = gen_random_uuid(), notification_claimed_at = now()
        WHERE upload_id = %s AND {condition} RETURNING notification_id
        """,
        (status, report_key, fix_key, upload_id),
    )
    row = cursor.fetchone()
    return row.notification_id if row else None


@instead_of(endings.end)
def end_after_any_decision(
    cursor: Cursor, upload_id: str, *, status: str, report_key: str | None, fix_key: str | None
) -> UUID | None:
    condition = "status = 'processing' AND (failure IS NOT NULL OR valid_records + error_records > 0)"
    return _end_where(condition, cursor, upload_id, status, report_key, fix_key)


EARLY_END = Mutant(
    "an upload ends as soon as anything is decided",
    "half_done",
    "were never decided",
    (begin_ending_after_any_decision, end_after_any_decision),
)


@instead_of(endings.reclaim_notification)
def reclaim_every_notification(
    cursor: Cursor, upload_id: str, *, stalled_after: timedelta
) -> tuple[Ending, UploadStatus, UUID] | None:
    cursor.execute(
        "SELECT * FROM upload_history WHERE upload_id = %s AND notification_id IS NOT NULL FOR UPDATE", (upload_id,)
    )
    row = cursor.fetchone()
    return (endings.ending_of(row), row.status, row.notification_id) if row else None


SECOND_NOTIFICATION = Mutant(
    "a notification goes out each time the end is told", "replays", "notifications", (reclaim_every_notification,)
)


@instead_of(_write_reports)
def only_name_the_reports(services: Services, upload: Ending) -> tuple[str | None, str | None]:
    if not upload.error_records:
        return None, None
    about = str(upload.vendor_id), upload.upload_id
    return error_report_key(*about), fix_file_key(*about)


@instead_of(_notify)
def write_the_reports_and_notify(services: Services, upload: Ending, summary: Outcome, notification_id: UUID) -> None:
    _write_reports(services, upload)
    _notify(services, upload, summary, notification_id)


LATE_REPORTS = Mutant(
    "the status is set before the reports are written",
    "deaths",
    "is not there|there is no report|without its error report",
    (only_name_the_reports, write_the_reports_and_notify),
)


@instead_of(endings.end)
def end_in_any_status(
    cursor: Cursor, upload_id: str, *, status: str, report_key: str | None, fix_key: str | None
) -> UUID | None:
    condition = "(failure IS NOT NULL OR total_records = valid_records + error_records)"
    return _end_where(condition, cursor, upload_id, status, report_key, fix_key)


ENDED_AFTER_CANCELLATION = Mutant(
    "the end does not look whether the upload was cancelled meanwhile",
    "cancelled",
    "from cancelled to",
    (end_in_any_status,),
)


@instead_of(Topic.publish)
def publish_to_the_first_vendor(
    self: Topic, *, subject: str, body: str, vendor_id: str | None, status: str, notification_id: str
) -> None:
    _publish(self, subject=subject, body=body, vendor_id="VEND001", status=status, notification_id=notification_id)


WRONG_VENDOR = Mutant(
    "every notification goes to the first vendor", "races", "says of itself", (publish_to_the_first_vendor,)
)


MUTANTS = (EARLY_END, SECOND_NOTIFICATION, LATE_REPORTS, ENDED_AFTER_CANCELLATION, WRONG_VENDOR)
