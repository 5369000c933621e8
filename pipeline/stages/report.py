"""Stage 3: a decided upload gets its error report and fix file, its final status and its one notification."""

from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from pipeline.aws.metrics import count
from pipeline.domain.records import Row
from pipeline.domain.uploads import UploadStatus, error_report_key, fix_file_key, outcome
from pipeline.logs import log
from pipeline.outcome.lasting_cells import with_lasting_cells
from pipeline.outcome.notifications import Outcome, body, subject
from pipeline.outcome.reports import error_report, fix_file
from pipeline.postgres import endings, mails, webhooks
from pipeline.postgres.causes import causes_of
from pipeline.postgres.endings import Ending
from pipeline.postgres.rejections import rejected_rows, report_lines
from pipeline.reading.reader import open_sheet
from pipeline.services import Services

_RECLAIM_AFTER = timedelta(seconds=30)
_CAUSES_IN_NOTIFICATION = 3


def finish_upload(services: Services, upload_id: str) -> None:
    """Ends a decided upload. Safe to repeat: the reports come out the same, and the upload ends once.

    If the process dies in between, the next call completes what is missing.
    """
    # The order makes it safe: reports, then the status together with the claim of the notification, then the
    # notification, then the note that it was published.
    with services.database.transaction() as cursor:
        upload = endings.begin_ending(cursor, upload_id)
    if upload is None:
        _report_if_ended_before(services, upload_id)
        _notify_if_overdue(services, upload_id)
        return
    try:
        _end(services, upload)
    except Exception:
        with services.database.transaction() as cursor:
            endings.give_up_ending(cursor, upload_id)
        raise


def _end(services: Services, upload: Ending) -> None:
    report_key, fix_key = _write_reports(services, upload)
    status = UploadStatus.FAILED if upload.failure else outcome(upload.valid_records, upload.error_records)
    summary = outcome_of(services, upload, status)  # before the end, which the notification should follow at once
    with services.database.transaction() as cursor:
        notification_id = endings.end(cursor, upload.upload_id, status=status, report_key=report_key, fix_key=fix_key)
        if notification_id:
            webhooks.add_deliveries(cursor, upload.upload_id)
    if notification_id is None:
        log("upload.already_ended", upload_id=upload.upload_id)
        return
    log("upload.ended", upload_id=upload.upload_id, status=status)
    count(ErrorsProcessed=sum(upload.errors_by_type.values()), UploadsEnded=1)
    _notify(services, upload, summary, notification_id)


def _write_reports(services: Services, upload: Ending) -> tuple[str | None, str | None]:
    """Writes the error report and the fix file and returns their keys; None if no row was rejected."""
    if not upload.error_records:
        return None, None
    vendor_id, delimiter = str(upload.vendor_id), upload.delimiter or ","
    report_key = error_report_key(vendor_id, upload.upload_id)
    fix_key = fix_file_key(vendor_id, upload.upload_id)
    database, store = services.database, services.object_store
    store.write_report(report_key, error_report(report_lines(database, upload.upload_id), delimiter))
    rejected = rejected_rows(database, upload.upload_id)
    store.write_report(
        fix_key, fix_file(upload.upload_id, upload.columns, _rows(services, upload), rejected, delimiter)
    )
    return report_key, fix_key


def _rows(services: Services, upload: Ending) -> Iterator[Row]:
    """The rows of the vendor's file. Only the file has every cell in full, as a fix file needs them."""

    def source() -> BinaryIO:
        return services.object_store.open(upload.key, upload.version_id, upload.size)

    sheet = open_sheet(source, services.settings.limits, upload.decisions, upload.numbers)
    return with_lasting_cells(sheet.rows(), sheet.format.layout)


def _report_if_ended_before(services: Services, upload_id: str) -> None:
    """Writes the reports of an upload that was cancelled or given up; they cover what was checked by then."""
    with services.database.transaction() as cursor:
        upload = endings.find_unreported(cursor, upload_id)
    if upload:
        report_key, fix_key = _write_reports(services, upload)
        with services.database.transaction() as cursor:
            endings.add_reports(cursor, upload_id, report_key=report_key, fix_key=fix_key)


def _notify_if_overdue(services: Services, upload_id: str) -> None:
    with services.database.transaction() as cursor:
        overdue = endings.reclaim_notification(cursor, upload_id, stalled_after=_RECLAIM_AFTER)
    if overdue:
        upload, status, notification_id = overdue
        _notify(services, upload, outcome_of(services, upload, status), notification_id)


def outcome_of(services: Services, upload: Ending, status: UploadStatus) -> Outcome:
    """What the notification and the mail say."""
    with services.database.transaction() as cursor:
        causes = causes_of(cursor, upload.upload_id, limit=_CAUSES_IN_NOTIFICATION)
    return Outcome(
        upload_id=upload.upload_id,
        file_name=upload.file_name,
        status=status,
        total_records=upload.total_records,
        valid_records=upload.valid_records,
        error_records=upload.error_records,
        dry_run=upload.dry_run,
        failure=upload.failure,
        causes=causes,
        warnings=upload.warnings,
        report_link=_report_link(services, upload) if upload.error_records else None,
        file_format=upload.file_format,
        mode=upload.decisions.mode,
        updated_records=upload.updated_records,
        unchanged_records=upload.unchanged_records,
        superseded_records=upload.superseded_records,
        removed_records=upload.removed_records,
        is_undo=upload.undo_of is not None,
        already_in_catalogue_records=upload.already_in_catalogue_records,
        differing_records=upload.differing_records,
    )


def _notify(services: Services, upload: Ending, summary: Outcome, notification_id: UUID) -> None:
    services.topic.publish(
        subject=subject(summary),
        body=body(summary),
        vendor_id=upload.vendor_id,
        status=summary.status,
        notification_id=str(notification_id),
    )
    with services.database.transaction() as cursor:
        endings.note_notified(cursor, upload.upload_id)
        if services.settings.mail_from:
            mails.owe(cursor, upload.upload_id)
    log("upload.notified", upload_id=upload.upload_id, notification_id=str(notification_id))


def _report_link(services: Services, upload: Ending) -> str:
    return f"{services.settings.api_url}/r/{services.report_links.dumps(upload.upload_id)}"
