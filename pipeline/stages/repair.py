"""Repair: what no event decided is decided from the stored file; failing even that, the upload ends as our fault."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from tempfile import TemporaryFile
from uuid import uuid4

from pipeline.aws.metrics import count
from pipeline.aws.staging import in_batches
from pipeline.checking.survey import StagedRecord, Survey, staged_records, survey
from pipeline.domain.failures import Failure, FailureCode
from pipeline.logs import log, log_error, log_fault
from pipeline.postgres import claims, decisions, endings, webhooks
from pipeline.postgres.stalled_uploads import Standing
from pipeline.reading.encodings.detection import Source
from pipeline.services import Services
from pipeline.stages.parse import HasTime, Heartbeat, LeaseLost, source_of, survey_file
from pipeline.stages.validate import reject_as_our_fault, surveyed_upload, validate_records

_TRIES = 3
_GIVEN_UP = Failure(
    FailureCode.PROCESSING_FAILED,
    "We could not finish this file. The fault is ours, and our operators have been told. Rows that were accepted are "
    "in the catalogue; please send the others again.",
)


def finish_from_file(
    services: Services, upload_id: str, has_time: HasTime, *, repeat_all: bool = False, is_last_try: bool = False
) -> None:
    """Reads the stored file again and decides every record that is not decided: no event, no staging needed.

    `repeat_all` hands over the decided ones too, so that staging says of each what was decided: after a stop, or
    after a death in here, no stream batch comes again that would see to it. They come last: whatever happens on the
    way, each call gets further. `is_last_try` rejects what cannot be decided.
    """
    with services.database.transaction() as cursor:
        claimed = claims.take_over(cursor, upload_id, token=uuid4(), lease=services.settings.lease, from_token=None)
    upload = surveyed_upload(services, upload_id) if claimed else None
    if claimed is None or upload is None:
        return
    try:
        is_done = _decide_missing(services, claimed, upload, has_time, repeat_all=repeat_all, is_last_try=is_last_try)
    except LeaseLost:
        log("upload.lease_lost", upload_id=upload_id)
        return
    if is_done:  # otherwise the lease runs out, and tells whoever comes next that the work was left in the middle
        with services.database.transaction() as cursor:
            claims.release_lease(cursor, upload_id, token=claimed.lease_token)


def tell_of_ended(services: Services, upload_id: str, has_time: HasTime) -> None:
    """Says in staging what was decided of an upload that ended while its last worker died."""
    with services.database.transaction() as cursor:
        claimed = claims.left_over(cursor, upload_id)
    upload = surveyed_upload(services, upload_id) if claimed else None
    if claimed is None or upload is None:
        return
    found = survey(_file_of(services, claimed), claimed.categories, services.settings.limits, scratch=TemporaryFile)
    if _tell_again(services, claimed, upload, found, has_time, told=()):
        with services.database.transaction() as cursor:
            claims.release_lease(cursor, upload_id, token=claimed.lease_token)


def give_up(services: Services, upload: Standing, has_time: HasTime) -> None:
    """Brings an upload to its end that has not moved for half an hour.

    First a last try; then it is closed as `PROCESSING_FAILED`, and error-processor reports what was decided. If
    that cannot be done either, it ends without reports.
    """
    if upload.waits_for_end:
        step, is_done = "upload.ended_unreported", _end_at_once(services, upload.upload_id)
    else:
        step, is_done = "upload.given_up", _close(services, upload, has_time)
    if is_done:
        log_error(step, upload_id=upload.upload_id)
        count(GivenUp=1)
        services.error_queue.upload_finished(upload.upload_id)


def _close(services: Services, upload: Standing, has_time: HasTime) -> bool:
    if upload.is_surveyed:
        try:
            finish_from_file(services, upload.upload_id, has_time, is_last_try=True)
        except Exception:  # whatever it is, the upload must not stand for ever
            log_fault("upload.last_try_failed", upload_id=upload.upload_id)
    with services.database.transaction() as cursor:
        return endings.give_up(cursor, upload.upload_id, _GIVEN_UP, give_up_after=services.settings.give_up_after)


def _end_at_once(services: Services, upload_id: str) -> bool:
    with services.database.transaction() as cursor:
        is_ended = endings.end_unreported(cursor, upload_id, _GIVEN_UP, give_up_after=services.settings.give_up_after)
        if is_ended:
            webhooks.add_deliveries(cursor, upload_id)
    return is_ended


def _decide_missing(
    services: Services,
    claimed: claims.Claimed,
    upload: decisions.Surveyed,
    has_time: HasTime,
    *,
    repeat_all: bool,
    is_last_try: bool,
) -> bool:
    """Whether there was time for all of it."""
    heartbeat = Heartbeat(services, claimed)
    with services.database.transaction() as cursor:
        gaps = decisions.undecided_rows(cursor, claimed.upload_id)
    log("sweep.finishing", upload_id=claimed.upload_id, gaps=len(gaps))
    found = survey_file(services, claimed)
    records = staged_records(source_of(services, claimed, heartbeat), found, services.settings.limits)
    missing = (record for record in records if _is_among(gaps, record.row_number))
    for batch in in_batches(missing, services.settings.validation_batch):
        try:
            _validate(services, upload, batch)
        except Exception:
            if not is_last_try:
                raise
            log_fault("records.not_decided", upload_id=claimed.upload_id)
            reject_as_our_fault(services, upload, batch)
        heartbeat.alive()
        if not has_time():
            return False
    return not repeat_all or _tell_again(services, claimed, upload, found, has_time, told=gaps)


def _tell_again(
    services: Services,
    claimed: claims.Claimed,
    upload: decisions.Surveyed,
    found: Survey,
    has_time: HasTime,
    *,
    told: Sequence[tuple[int, int]],
) -> bool:
    """Says in staging what was decided before of all other records; needs no lease, and the upload may have ended."""
    records = staged_records(_file_of(services, claimed), found, services.settings.limits)
    others = (record for record in records if not _is_among(told, record.row_number))
    for batch in in_batches(others, services.settings.validation_batch):
        _validate(services, upload, batch)
        if not has_time():
            return False
    return True


def _is_among(ranges: Sequence[tuple[int, int]], row_number: int) -> bool:
    """Whether a row is in one of the ranges (first, last), which are in order: there may be millions of rows."""
    place = bisect_right(ranges, row_number, key=itemgetter(0)) - 1
    return place >= 0 and row_number <= ranges[place][1]


def _file_of(services: Services, claimed: claims.Claimed) -> Source:
    """The file, without a lease to keep."""
    return lambda: services.object_store.open(claimed.key, claimed.version_id, claimed.size)


def _validate(services: Services, upload: decisions.Surveyed, batch: Sequence[StagedRecord]) -> None:
    """Tries a batch more than once, as a stream does: of a commit whose answer was lost, the next try tells staging."""
    for attempt in range(_TRIES):
        try:
            validate_records(services, upload, batch)
            return
        except Exception:
            if attempt == _TRIES - 1:
                raise
            log_fault("records.tried_again", upload_id=upload.upload_id)
