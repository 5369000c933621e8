"""Stage 1: surveys the file of an upload, then stages its records.

Both passes read the same object version. The first decides whether the file is accepted and finds what only the whole
file shows, such as duplicates. One worker at a time, under a lease.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import takewhile
from tempfile import TemporaryFile
from uuid import UUID, uuid4

from pipeline.aws.batch_puts import Item
from pipeline.checking.guard_evidence import GuardEvidence
from pipeline.checking.survey import StagedRecord, Survey, staged_records, survey
from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile, check_size
from pipeline.domain.layout import Layout
from pipeline.domain.uploads import UploadKey, new_upload_id, read_key
from pipeline.domain.vendors import VendorStatus
from pipeline.logs import log, log_and_reraise
from pipeline.postgres import claims, drops, survey_results
from pipeline.reading.encodings.decoding import Source
from pipeline.services import Services
from pipeline.stages.guard import check_guards, is_guarded
from pipeline.stages.inherit import inherit_from_parent
from pipeline.stages.validate import validate_items

_RENEW_EVERY_SECONDS = 5.0

HasTime = Callable[[], bool]
"""Whether this invocation has time to continue. If not, the rest is handed over."""


class LeaseLost(Exception):
    """The upload has ended or another worker has its lease, so this worker must write nothing more."""


def receive_object(services: Services, *, key: str, version_id: str, size: int, has_time: HasTime) -> None:
    """Starts the upload of a new object. Safe to repeat. Logs and ignores a key that no upload can have."""
    parts = read_key(key)
    if parts is None:
        log("upload.key_ignored", depth=key.count("/"), version_id=version_id)
        return
    upload_id = parts.upload_id
    if upload_id is None:
        upload_id = _register_drop(services, parts, key, version_id, size)
    start_upload(services, upload_id, key=key, version_id=version_id, size=size, has_time=has_time)


def _register_drop(services: Services, parts: UploadKey, key: str, version_id: str, size: int) -> str:
    """The upload of a direct drop. Earlier versions of the object are registered first, so that they stand before it.

    Events come in any order, and each version's own event starts its upload.
    """
    versions = services.object_store.versions(key)
    earlier = list(takewhile(lambda version: version.version_id != version_id, versions))
    with services.database.transaction() as cursor:
        missing = drops.unknown_drops(cursor, earlier) if len(earlier) < len(versions) else []
        for drop in (*((each.version_id, each.size) for each in missing), (version_id, size)):
            upload_id = drops.add_direct_drop(cursor, new_upload_id(datetime.now(UTC)), parts, key, *drop)
    return upload_id


def start_upload(
    services: Services,
    upload_id: str,
    *,
    has_time: HasTime,
    key: str | None = None,
    version_id: str | None = None,
    size: int = 0,
) -> None:
    """Claims an upload and stages its file from the first row. Does nothing if it is claimed or has ended."""
    with log_and_reraise("upload.not_staged", upload_id=upload_id):
        with services.database.transaction() as cursor:
            claimed = claims.claim(
                cursor,
                upload_id,
                token=uuid4(),
                lease=services.settings.lease,
                key=key,
                version_id=version_id,
                size=size,
            )
        _stage_claimed(services, upload_id, claimed, has_time, after_row=0)


def continue_upload(services: Services, upload_id: str, *, after_row: int, token: UUID, has_time: HasTime) -> None:
    """Stages the rest of an upload that an earlier invocation handed over."""
    lease = services.settings.lease
    with log_and_reraise("upload.not_staged", upload_id=upload_id):
        with services.database.transaction() as cursor:
            claimed = claims.take_over(cursor, upload_id, token=uuid4(), lease=lease, from_token=token)
        _stage_claimed(services, upload_id, claimed, has_time, after_row=after_row)


def _stage_claimed(
    services: Services, upload_id: str, claimed: claims.Claim | None, has_time: HasTime, *, after_row: int
) -> None:
    if claimed is None:
        log("upload.not_claimed", upload_id=upload_id)
    else:
        _stage_file(services, claimed, has_time, after_row=after_row)


def survey_file(services: Services, claimed: claims.Claim) -> Survey:
    """Pass 1 under the lease. Raises UnacceptableFile, or LeaseLost."""
    source = source_of(services, claimed, Heartbeat(services, claimed))
    return survey_source(services, claimed, source)


def survey_source(
    services: Services, claimed: claims.Claim, source: Source, guards: GuardEvidence | None = None
) -> Survey:
    """Pass 1 over a source of the claimed file. Raises UnacceptableFile."""
    settings = services.settings
    return survey(
        source,
        claimed.categories,
        settings.limits,
        scratch=TemporaryFile,
        decisions=claimed.decisions,
        currency=settings.currency,
        known=claimed.numbers,
        guards=guards,
    )


def _survey_and_guard(services: Services, claimed: claims.Claim) -> Survey:
    """Pass 1 under the lease, and what the guards say. Raises UnacceptableFile, or LeaseLost."""
    if not is_guarded(claimed):
        return survey_file(services, claimed)
    heartbeat = Heartbeat(services, claimed)
    with closing(GuardEvidence(TemporaryFile)) as evidence:
        result = survey_source(services, claimed, source_of(services, claimed, heartbeat), evidence)
        return check_guards(services, claimed, result, evidence, heartbeat.beat)


def source_of(services: Services, claimed: claims.Claim, heartbeat: "Heartbeat") -> Source:
    """The claimed file. Each block that is read renews the lease, if it is due."""
    return lambda: services.object_store.open(claimed.key, claimed.version_id, claimed.size, heartbeat.beat)


class Heartbeat:
    """Renews a lease, at most once every few seconds."""

    def __init__(self, services: Services, claimed: claims.Claim) -> None:
        self._services, self._claimed = services, claimed
        self._renewed_at = time.monotonic()

    def beat(self) -> None:
        """Renews the lease if that is due. Raises LeaseLost."""
        if time.monotonic() - self._renewed_at < _RENEW_EVERY_SECONDS:
            return
        claimed, lease = self._claimed, self._services.settings.lease
        with self._services.database.transaction() as cursor:
            if not claims.renew_lease(cursor, claimed.upload_id, token=claimed.lease_token, lease=lease):
                raise LeaseLost(claimed.upload_id)
        self._renewed_at = time.monotonic()


def _stage_file(services: Services, claimed: claims.Claim, has_time: HasTime, *, after_row: int) -> None:
    upload_id, token = claimed.upload_id, claimed.lease_token
    try:
        if claimed.total_records is None:
            _check_vendor_and_size(claimed, services.settings.limits)
            claimed = inherit_from_parent(services, claimed, source_of(services, claimed, Heartbeat(services, claimed)))
        file_survey = _survey_and_guard(services, claimed)
    except UnacceptableFile as refused:
        _refuse(services, claimed, refused)
        return
    except LeaseLost:
        log("upload.lease_lost", upload_id=upload_id)
        return
    with services.database.transaction() as cursor:
        lease = services.settings.lease
        if not survey_results.store_survey(cursor, upload_id, token=token, lease=lease, survey=file_survey):
            log("upload.lease_lost", upload_id=upload_id)
            return
    log("upload.surveyed", upload_id=upload_id, rows=file_survey.total_records, after_row=after_row)
    try:
        staged = _stage_records(services, claimed, file_survey, has_time, after_row)
    except LeaseLost:
        log("upload.lease_lost", upload_id=upload_id)
        return
    if staged < file_survey.total_records:
        log("upload.handed_over", upload_id=upload_id, after_row=staged)
        services.parser_function.continue_upload(upload_id, after_row=staged, lease_token=str(token))
        return
    with services.database.transaction() as cursor:
        survey_results.finish_staging(cursor, upload_id, token=token)
    log("upload.staged", upload_id=upload_id, rows=staged)


def _stage_records(
    services: Services, claimed: claims.Claim, file_survey: Survey, has_time: HasTime, after_row: int
) -> int:
    """Stages records in order until the file or the time ends, and returns the last row that is stored."""
    heartbeat = Heartbeat(services, claimed)
    layout = file_survey.format.layout
    staged = after_row

    def note_written(count: int) -> None:
        nonlocal staged
        staged += count
        heartbeat.beat()

    source = source_of(services, claimed, heartbeat)
    records = staged_records(source, file_survey, services.settings.limits, after_row=after_row)
    items = _pending_items(services, claimed, layout, records, has_time)
    services.staging.write(
        items, note_written, on_repeated=lambda repeated: _decide_repeated(services, claimed.upload_id, repeated)
    )
    return staged


def _decide_repeated(services: Services, upload_id: str, items: Sequence[Item]) -> None:
    """Decides records here that were sent to staging twice."""
    # A validator may have decided one after the first request. The second puts it back to pending, and because that is
    # no insert, no validator is woken for it.
    log("records.sent_again", upload_id=upload_id, records=len(items))
    validate_items(services, upload_id, items)


def _pending_items(
    services: Services, claimed: claims.Claim, layout: Layout, records: Iterator[StagedRecord], has_time: HasTime
) -> Iterator[Item]:
    for count, record in enumerate(records):
        if count % 100 == 99 and not has_time():
            return
        yield services.staging.pending(claimed.upload_id, str(claimed.vendor_id), record, layout)


def _check_vendor_and_size(claimed: claims.Claim, limits: Limits) -> None:
    if claimed.vendor_id is None:
        message = (
            "This file was put into a folder that is no vendor's id. Put it into the folder named as your vendor id."
        )
        raise UnacceptableFile(FailureCode.VENDOR_NOT_FOUND, message)
    if claimed.vendor_status != VendorStatus.ACTIVE:
        message = f"Vendor {claimed.vendor_id} is not active, so it cannot send products. Please contact support."
        raise UnacceptableFile(FailureCode.VENDOR_INACTIVE, message)
    check_size(claimed.size, limits.file_bytes)


def _refuse(services: Services, claimed: claims.Claim, refused: UnacceptableFile) -> None:
    with services.database.transaction() as cursor:
        stored = survey_results.store_failure(cursor, claimed.upload_id, token=claimed.lease_token, error=refused)
    log("upload.refused", upload_id=claimed.upload_id, code=refused.failure.code)
    if stored:
        services.error_queue.upload_finished(claimed.upload_id)
