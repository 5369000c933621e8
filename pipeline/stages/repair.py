"""Repair: decides from the stored file what no event has decided. If that fails too, ends the upload as our fault."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from uuid import uuid4

from pipeline.aws.metrics import count
from pipeline.aws.staging import in_batches
from pipeline.checking.survey import StagedRecord, Survey, staged_records
from pipeline.domain.failures import Failure, FailureCode
from pipeline.logs import log, log_error, log_fault
from pipeline.postgres import claims, endings, verdicts, webhooks
from pipeline.postgres.stalled_uploads import StalledUpload
from pipeline.reading.encodings.decoding import Source
from pipeline.services import Services
from pipeline.stages.parse import HasTime, Heartbeat, LeaseLost, source_of, survey_file, survey_source
from pipeline.stages.validate import find_surveyed, reject_as_our_fault, validate_records

_ATTEMPTS = 3
_OUR_FAILURE = Failure(
    FailureCode.PROCESSING_FAILED,
    "We could not finish this file. The fault is ours, and our operators have been alerted. Rows that were accepted "
    "are in the catalogue; please send the others again.",
)


def finish_from_file(
    services: Services, upload_id: str, has_time: HasTime, *, repeat_all: bool = False, is_last_try: bool = False
) -> None:
    """Reads the stored file again and decides every undecided record. Needs neither events nor staging.

    `repeat_all` then also writes the decided records to staging again, for after a stop or the death of a worker, when
    no stream batch will do that. `is_last_try` rejects what cannot be decided.
    """
    with services.database.transaction() as cursor:
        claimed = claims.take_over(cursor, upload_id, token=uuid4(), lease=services.settings.lease, from_token=None)
    upload = find_surveyed(services, upload_id) if claimed else None
    if claimed is None or upload is None:
        return
    try:
        is_done = _decide_missing(services, claimed, upload, has_time, repeat_all=repeat_all, is_last_try=is_last_try)
    except LeaseLost:
        log("upload.lease_lost", upload_id=upload_id)
        return
    if is_done:  # otherwise the lease expires, which shows the next sweep that work was interrupted
        with services.database.transaction() as cursor:
            claims.release_lease(cursor, upload_id, token=claimed.lease_token)


def sync_staging_after_end(services: Services, upload_id: str, has_time: HasTime) -> None:
    """Writes the decisions of an ended upload to staging, if a worker died before it had written them all."""
    with services.database.transaction() as cursor:
        claimed = claims.find_abandoned(cursor, upload_id)
    upload = find_surveyed(services, upload_id) if claimed else None
    if claimed is None or upload is None:
        return
    result = survey_source(services, claimed, _source(services, claimed))
    if _sync_staging(services, claimed, upload, result, has_time, except_rows=()):
        with services.database.transaction() as cursor:
            claims.release_lease(cursor, upload_id, token=claimed.lease_token)


def give_up(services: Services, upload: StalledUpload, has_time: HasTime) -> None:
    """Ends an upload that has made no progress for `give_up_after_seconds`.

    After a last try it fails with `PROCESSING_FAILED`, and error-processor reports what was decided. If the reports
    cannot be written either, it ends without them.
    """
    if upload.waits_for_end:
        step, is_done = "upload.ended_unreported", _end_at_once(services, upload.upload_id)
    else:
        step, is_done = "upload.given_up", _close(services, upload, has_time)
    if is_done:
        log_error(step, upload_id=upload.upload_id)
        count(GivenUp=1)
        services.error_queue.upload_finished(upload.upload_id)


def _close(services: Services, upload: StalledUpload, has_time: HasTime) -> bool:
    if upload.is_surveyed:
        try:
            finish_from_file(services, upload.upload_id, has_time, is_last_try=True)
        except Exception:  # whatever fails here, the upload must come to its end
            log_fault("upload.last_try_failed", upload_id=upload.upload_id)
    with services.database.transaction() as cursor:
        return endings.give_up(cursor, upload.upload_id, _OUR_FAILURE, give_up_after=services.settings.give_up_after)


def _end_at_once(services: Services, upload_id: str) -> bool:
    with services.database.transaction() as cursor:
        is_ended = endings.end_unreported(
            cursor, upload_id, _OUR_FAILURE, give_up_after=services.settings.give_up_after
        )
        if is_ended:
            webhooks.add_deliveries(cursor, upload_id)
    return is_ended


def _decide_missing(
    services: Services,
    claimed: claims.Claim,
    upload: verdicts.SurveyedUpload,
    has_time: HasTime,
    *,
    repeat_all: bool,
    is_last_try: bool,
) -> bool:
    """Decides undecided records first, so that every call makes progress. Returns False if time ran out."""
    heartbeat = Heartbeat(services, claimed)
    with services.database.transaction() as cursor:
        gaps = verdicts.undecided_rows(cursor, claimed.upload_id)
    log("sweep.finishing", upload_id=claimed.upload_id, gaps=len(gaps))
    result = survey_file(services, claimed)
    records = staged_records(source_of(services, claimed, heartbeat), result, services.settings.limits)
    missing = (record for record in records if _is_in(gaps, record.row_number))
    for batch in in_batches(missing, services.settings.validation_batch):
        try:
            _validate(services, upload, batch)
        except Exception:
            if not is_last_try:
                raise
            log_fault("records.not_decided", upload_id=claimed.upload_id)
            reject_as_our_fault(services, upload, batch)
        heartbeat.beat()
        if not has_time():
            return False
    return not repeat_all or _sync_staging(services, claimed, upload, result, has_time, except_rows=gaps)


def _sync_staging(
    services: Services,
    claimed: claims.Claim,
    upload: verdicts.SurveyedUpload,
    result: Survey,
    has_time: HasTime,
    *,
    except_rows: Sequence[tuple[int, int]],
) -> bool:
    """Writes earlier decisions to staging, except for `except_rows`. Needs no lease; the upload may have ended.

    Returns False if time ran out.
    """
    records = staged_records(_source(services, claimed), result, services.settings.limits)
    others = (record for record in records if not _is_in(except_rows, record.row_number))
    for batch in in_batches(others, services.settings.validation_batch):
        _validate(services, upload, batch)
        if not has_time():
            return False
    return True


def _is_in(ranges: Sequence[tuple[int, int]], row_number: int) -> bool:
    """Whether a row is in one of the ranges (first, last), which are sorted."""
    index = bisect_right(ranges, row_number, key=itemgetter(0)) - 1
    return index >= 0 and row_number <= ranges[index][1]


def _source(services: Services, claimed: claims.Claim) -> Source:
    """The claimed file; reading it renews no lease."""
    return lambda: services.object_store.open(claimed.key, claimed.version_id, claimed.size)


def _validate(services: Services, upload: verdicts.SurveyedUpload, batch: Sequence[StagedRecord]) -> None:
    """Validates a batch, in several attempts if need be, as a stream would."""
    # After a commit whose answer was lost, the next attempt finds the decisions and writes them to staging.
    for attempt in range(_ATTEMPTS):
        try:
            validate_records(services, upload, batch)
            return
        except Exception:
            if attempt == _ATTEMPTS - 1:
                raise
            log_fault("records.tried_again", upload_id=upload.upload_id)
