"""The sweeper: moves on everything that stands still, from PostgreSQL and the stored file alone (architecture §4.10).

Events are only a fast way to be woken up. Whatever a stop, a crash or a lost event left, is found here and
finished without any of them.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice

from pipeline.adapters import claims, endings, mails, standstill, webhooks
from pipeline.adapters.logs import log, log_fault
from pipeline.adapters.metrics import count
from pipeline.adapters.services import Services
from pipeline.adapters.standstill import Standing
from pipeline.domain.failures import FILE_NOT_RECEIVED, Failure
from pipeline.domain.uploads import AWAITING_UPLOAD, PROCESSING
from pipeline.stages.parse import HasTime
from pipeline.stages.repair import finish_from_file, give_up, tell_of_ended

_NOT_RECEIVED = Failure(
    FILE_NOT_RECEIVED, "No file arrived before the upload address expired. Announce the upload again and send the file."
)
_DROPS_AT_ONCE = 1000
_MAILS_AT_ONCE = 100


def sweep(services: Services, has_time: HasTime, *, patience: timedelta, moved_before: datetime | None = None) -> None:
    """Takes up every upload that has not moved for `patience`.

    Zero means that nobody can be working on what last moved before `moved_before`: everything was stopped then.
    """
    with services.database.transaction() as cursor:
        standing = standstill.standing_still(
            cursor, patience=patience, hope=services.settings.hope, moved_before=moved_before
        )
    for upload in standing:
        if not has_time():
            return
        try:
            _move_on(services, upload, has_time, everyone_is_gone=not patience)
        except Exception:  # one upload that cannot be moved on must not hold up the others
            log_fault("sweep.failed", upload_id=upload.upload_id)
    _have_mails_sent(services, patience)
    with services.database.transaction() as cursor:
        stuck = standstill.stuck(cursor)
    count(StuckUploads=len(stuck))
    log("sweep.done", uploads=len(standing), stuck=len(stuck))


def look_for_drops(services: Services, has_time: HasTime, *, patience: timedelta, most: int = 1000) -> None:
    """Starts every direct drop that no event told of, once it has lain in the bucket for `patience`.

    At most so many at once: whatever does not begin before the next look is started again.
    """
    until = datetime.now(UTC) - patience
    drops = (drop for drop in services.object_store.direct_drops() if drop.put_at <= until)
    while has_time() and (some := list(islice(drops, _DROPS_AT_ONCE))):
        with services.database.transaction() as cursor:
            unknown = claims.unknown_drops(cursor, some)
        for drop in unknown[:most]:
            log("drop.found", depth=drop.key.count("/"))
            services.parser_function.file_arrived(drop.key, drop.version_id, drop.size)
        most -= len(unknown[:most])
        if not most:
            return


def _have_mails_sent(services: Services, patience: timedelta) -> None:
    """Wakes error-processor up for mails: it alone may send any."""
    with services.database.transaction() as cursor:
        due = mails.due(cursor, patience=patience, limit=_MAILS_AT_ONCE)
    for upload_id in due:
        services.error_queue.mail_due(upload_id)


def _move_on(services: Services, upload: Standing, has_time: HasTime, *, everyone_is_gone: bool) -> None:
    with services.database.transaction() as cursor:
        standstill.note_look(cursor, upload.upload_id, everyone_is_gone=everyone_is_gone)
    must_repeat = everyone_is_gone or upload.was_left
    if upload.status == AWAITING_UPLOAD:
        _look_for_file(services, upload)
    elif upload.is_hopeless:
        give_up(services, upload, has_time)
    elif upload.status == PROCESSING and upload.is_surveyed and (must_repeat or not upload.waits_for_end):
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
