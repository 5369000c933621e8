"""The sweeper: moves on everything that stands still, from PostgreSQL and the stored file alone.

Events are only a fast way to be woken up. Whatever a stop, a crash or a lost event left, is found here and
finished without any of them. Each step stands by itself: what fails in one holds up no other.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from pipeline.aws.metrics import count
from pipeline.aws.object_store import Drop
from pipeline.domain.failures import Failure, FailureCode
from pipeline.domain.uploads import UploadStatus, read_key
from pipeline.logs import log
from pipeline.postgres import claims, endings, mails, stalled_uploads, webhooks
from pipeline.postgres.stalled_uploads import Standing
from pipeline.services import Services
from pipeline.stages.parse import HasTime
from pipeline.stages.repair import finish_from_file, give_up, tell_of_ended
from pipeline.stages.steps import step

_NOT_RECEIVED = Failure(
    FailureCode.FILE_NOT_RECEIVED,
    "No file arrived before the upload address expired. Announce the upload again and send the file.",
)
_DROPS_AT_ONCE = 1000
_MAILS_AT_ONCE = 100


def sweep(
    services: Services, has_time: HasTime, *, stalled_after: timedelta, moved_before: datetime | None = None
) -> int:
    """Takes up every upload that has not moved for `stalled_after`; returns how many steps failed.

    Zero means that nobody can be working on what last moved before `moved_before`: everything was stopped then.
    """
    faults = 0
    with step("uploads") as uploads:
        faults += _move_all_on(services, has_time, stalled_after, moved_before)
    with step("mails") as mailed:
        _have_mails_sent(services, stalled_after)
    with step("stuck") as counted:
        _count_stuck(services)
    return faults + uploads.faults + mailed.faults + counted.faults


def look_for_drops(services: Services, has_time: HasTime, *, stalled_after: timedelta, most: int = 1000) -> int:
    """Starts every direct drop that no event told of, once it has lain in the bucket for `stalled_after`.

    At most so many at once: whatever does not begin before the next look is started again. Returns how many vendors'
    folders could not be looked through.
    """
    until, faults = datetime.now(UTC) - stalled_after, 0
    with step("folders") as listed:
        for folder in services.object_store.vendor_folders():
            if not has_time() or most <= 0:
                break
            with step("drops") as looked:
                most -= _start_unknown(services, has_time, _settled_drops(services, folder, until), most)
            faults += looked.faults
    return faults + listed.faults


def _settled_drops(services: Services, folder: str, until: datetime) -> Iterator[Drop]:
    """What has lain in a vendor's folder since `until` and has the key of an upload."""
    for drop in services.object_store.direct_drops(folder):
        if drop.put_at <= until and read_key(drop.key) is not None:
            yield drop


def _start_unknown(services: Services, has_time: HasTime, drops: Iterator[Drop], most: int) -> int:
    """How many were started."""
    started = 0
    while started < most and has_time() and (some := list(islice(drops, _DROPS_AT_ONCE))):
        with services.database.transaction() as cursor:
            unknown = claims.unknown_drops(cursor, some)
        for drop in unknown[: most - started]:
            log("drop.found", depth=drop.key.count("/"))
            services.parser_function.file_arrived(drop.key, drop.version_id, drop.size)
            started += 1
    return started


def _move_all_on(services: Services, has_time: HasTime, stalled_after: timedelta, moved_before: datetime | None) -> int:
    """How many uploads could not be moved on; no one of them holds up the others."""
    with services.database.transaction() as cursor:
        standing = stalled_uploads.standing_still(
            cursor,
            stalled_after=stalled_after,
            give_up_after=services.settings.give_up_after,
            moved_before=moved_before,
        )
    faults = 0
    for upload in standing:
        if not has_time():
            break
        with step("upload", upload_id=upload.upload_id) as moved:
            _move_on(services, upload, has_time, everyone_is_gone=not stalled_after)
        faults += moved.faults
    log("sweep.uploads_moved", uploads=len(standing), faults=faults)
    return faults


def _have_mails_sent(services: Services, stalled_after: timedelta) -> None:
    """Wakes error-processor up for mails: it alone may send any."""
    with services.database.transaction() as cursor:
        due = mails.due(cursor, stalled_after=stalled_after, limit=_MAILS_AT_ONCE)
    for upload_id in due:
        services.error_queue.mail_due(upload_id)


def _count_stuck(services: Services) -> None:
    with services.database.transaction() as cursor:
        stuck = stalled_uploads.stuck(cursor)
    count(StuckUploads=len(stuck))
    log("sweep.done", stuck=len(stuck))


def _move_on(services: Services, upload: Standing, has_time: HasTime, *, everyone_is_gone: bool) -> None:
    with services.database.transaction() as cursor:
        stalled_uploads.note_look(cursor, upload.upload_id, everyone_is_gone=everyone_is_gone)
    must_repeat = everyone_is_gone or upload.was_left
    if upload.status == UploadStatus.AWAITING_UPLOAD:
        _look_for_file(services, upload)
    elif upload.is_given_up:
        give_up(services, upload, has_time)
    elif upload.status == UploadStatus.PROCESSING and upload.is_surveyed and (must_repeat or not upload.waits_for_end):
        finish_from_file(services, upload.upload_id, has_time, repeat_all=must_repeat)
    elif upload.has_ended and upload.was_left:
        tell_of_ended(services, upload.upload_id, has_time)
        services.error_queue.upload_finished(upload.upload_id)
    elif upload.waits_for_end:
        services.error_queue.upload_finished(upload.upload_id)
    else:
        services.parser_function.start(upload.upload_id)


def _look_for_file(services: Services, upload: Standing) -> None:
    """An announced file whose event was lost is started; one that never came in its time expires."""
    found = None if upload.has_file else services.object_store.newest_version(upload.key)
    is_here = upload.has_file or found is not None
    with services.database.transaction() as cursor:
        if is_here:
            claims.note_arrival(cursor, upload.upload_id, *(found or (None, None)))
        elif upload.is_past_expiry and endings.expire_unsent(cursor, upload.upload_id, _NOT_RECEIVED):
            webhooks.add_deliveries(cursor, upload.upload_id)
    if is_here:
        services.parser_function.start(upload.upload_id)
