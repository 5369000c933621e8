"""The sweeper: continues every stalled upload, from PostgreSQL and the stored file alone.

Events only make things fast. What a stop, a crash or a lost event left undone is found here and finished without them.
The steps are independent: a fault in one does not hold up the others.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from pipeline.aws.metrics import count
from pipeline.aws.object_store import Drop
from pipeline.domain.failures import Failure, FailureCode
from pipeline.domain.uploads import UploadStatus, read_key
from pipeline.logs import log
from pipeline.postgres import claims, drops, endings, exports, mails, stalled_uploads, webhooks
from pipeline.postgres.stalled_uploads import StalledUpload
from pipeline.services import Services
from pipeline.stages.parse import HasTime
from pipeline.stages.repair import finish_from_file, give_up, sync_staging_after_end
from pipeline.stages.steps import step

_NOT_RECEIVED = Failure(
    FailureCode.FILE_NOT_RECEIVED,
    "No file arrived before the upload address expired. Announce the upload again and send the file.",
)
_DROPS_AT_ONCE = 1000
_MAILS_AT_ONCE = 100
_EXPORTS_AT_ONCE = 20


def sweep(
    services: Services, has_time: HasTime, *, stalled_after: timedelta, moved_before: datetime | None = None
) -> int:
    """Continues every upload without progress for `stalled_after`, and returns how many steps failed.

    A `stalled_after` of zero says that everything was stopped at `moved_before`, so that no worker can still be at an
    upload whose last progress is older.
    """
    faults = 0
    with step("uploads") as uploads_step:
        faults += _continue_stalled(services, has_time, stalled_after, moved_before)
    with step("mails") as mails_step:
        _request_mails(services, stalled_after)
    with step("exports") as exports_step:
        _request_exports(services, stalled_after)
    with step("stuck") as stuck_step:
        _count_stuck(services)
    return faults + sum(each.faults for each in (uploads_step, mails_step, exports_step, stuck_step))


def look_for_drops(services: Services, has_time: HasTime, *, stalled_after: timedelta, most: int = 1000) -> int:
    """Starts direct drops whose event was lost, once they have been in the bucket for `stalled_after`.

    Starts at most `most`; one that has not begun by the next call is started again. Returns how many folders of vendors
    could not be searched.
    """
    until, faults = datetime.now(UTC) - stalled_after, 0
    with step("folders") as folders_step:
        for folder in services.object_store.vendor_folders():
            if not has_time() or most <= 0:
                break
            with step("drops") as drops_step:
                most -= _start_unknown(services, has_time, _settled_drops(services, folder, until), most)
            faults += drops_step.faults
    return faults + folders_step.faults


def _settled_drops(services: Services, folder: str, until: datetime) -> Iterator[Drop]:
    """Objects in a vendor's folder that were put there by `until` and have the key of an upload."""
    for drop in services.object_store.direct_drops(folder):
        if drop.put_at <= until and read_key(drop.key) is not None:
            yield drop


def _start_unknown(services: Services, has_time: HasTime, found: Iterator[Drop], most: int) -> int:
    """Starts the drops that are not uploads yet, and returns how many it started."""
    started = 0
    while started < most and has_time() and (chunk := list(islice(found, _DROPS_AT_ONCE))):
        with services.database.transaction() as cursor:
            unknown = drops.unknown_drops(cursor, chunk)
        for drop in unknown[: most - started]:
            log("drop.found", depth=drop.key.count("/"))
            services.parser_function.file_arrived(drop.key, drop.version_id, drop.size)
            started += 1
    return started


def _continue_stalled(
    services: Services, has_time: HasTime, stalled_after: timedelta, moved_before: datetime | None
) -> int:
    """Continues stalled uploads and returns how many failed. None of them holds up the others."""
    with services.database.transaction() as cursor:
        stalled = stalled_uploads.find_stalled(
            cursor,
            stalled_after=stalled_after,
            give_up_after=services.settings.give_up_after,
            moved_before=moved_before,
        )
    faults = 0
    for upload in stalled:
        if not has_time():
            break
        with step("upload", upload_id=upload.upload_id) as upload_step:
            _continue(services, upload, has_time, all_workers_are_gone=not stalled_after)
        faults += upload_step.faults
    log("sweep.uploads_moved", uploads=len(stalled), faults=faults)
    return faults


def _request_mails(services: Services, stalled_after: timedelta) -> None:
    """Wakes error-processor for mails that are due; only it has the right to send them."""
    with services.database.transaction() as cursor:
        due = mails.due(cursor, stalled_after=stalled_after, limit=_MAILS_AT_ONCE)
    for upload_id in due:
        services.error_queue.mail_due(upload_id)


def _request_exports(services: Services, stalled_after: timedelta) -> None:
    with services.database.transaction() as cursor:
        stalled = exports.request_stalled(cursor, stalled_after=stalled_after, limit=_EXPORTS_AT_ONCE)
    for export_id in stalled:
        services.error_queue.export_requested(export_id)


def _count_stuck(services: Services) -> None:
    with services.database.transaction() as cursor:
        stuck = stalled_uploads.find_stuck(cursor)
    count(StuckUploads=len(stuck))
    log("sweep.done", stuck=len(stuck))


def _continue(services: Services, upload: StalledUpload, has_time: HasTime, *, all_workers_are_gone: bool) -> None:
    with services.database.transaction() as cursor:
        stalled_uploads.note_sweep(cursor, upload.upload_id, all_workers_are_gone=all_workers_are_gone)
    must_repeat = all_workers_are_gone or upload.is_abandoned
    if upload.status == UploadStatus.AWAITING_UPLOAD:
        _look_for_file(services, upload)
    elif upload.is_given_up:
        give_up(services, upload, has_time)
    elif upload.status == UploadStatus.PROCESSING and upload.is_surveyed and (must_repeat or not upload.waits_for_end):
        finish_from_file(services, upload.upload_id, has_time, repeat_all=must_repeat)
    elif upload.has_ended and upload.is_abandoned:
        sync_staging_after_end(services, upload.upload_id, has_time)
        services.error_queue.upload_finished(upload.upload_id)
    elif upload.waits_for_end:
        services.error_queue.upload_finished(upload.upload_id)
    elif not upload.has_file and upload.is_undo:
        services.error_queue.undo_requested(upload.upload_id)
    elif not upload.has_file:
        services.error_queue.correction_requested(upload.upload_id)
    else:
        services.parser_function.start(upload.upload_id)


def _look_for_file(services: Services, upload: StalledUpload) -> None:
    """Starts an announced upload whose file is there although its event was lost; expires one without a file."""
    version = None if upload.has_file else services.object_store.newest_version(upload.key)
    has_arrived = upload.has_file or version is not None
    with services.database.transaction() as cursor:
        if has_arrived:
            claims.note_arrival(cursor, upload.upload_id, *(version or (None, None)))
        elif upload.is_past_expiry and endings.expire_unsent(cursor, upload.upload_id, _NOT_RECEIVED):
            webhooks.add_deliveries(cursor, upload.upload_id)
    if has_arrived:
        services.parser_function.start(upload.upload_id)
