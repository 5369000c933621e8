"""Commands on uploads, shared by the REST API and the portal."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import BackgroundTasks

from api.answers.downloads import check_retention, not_ready
from api.answers.problems import Problem, ProblemCode, too_large
from api.dependencies import Db
from api.lookups import acting_vendor, check_may_write, require_upload
from api.schemas.decisions import DecisionFields
from api.schemas.uploads import Applied, NewUpload, UploadAddress
from api.undo_commands import check_can_undo
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import UnacceptableFile, check_size
from pipeline.domain.guards import GuardCode
from pipeline.domain.uploads import FINAL_STATUSES, UploadStatus, new_upload_id, upload_key
from pipeline.logs import log
from pipeline.postgres import remembered_headers, webhooks
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.database import DatabasePool
from pipeline.postgres.queries import uploads
from pipeline.postgres.rows import Upload, Vendor
from pipeline.services import Services


def announce(new: NewUpload, caller: Principal, db: Db, services: Services) -> tuple[Upload, Vendor]:
    """Creates an upload whose file is sent later, to the address that `address_for` returns."""
    vendor = acting_vendor(db, caller, new.vendor_id)
    try:
        check_size(new.size_bytes or 0, services.settings.max_file_bytes)
    except UnacceptableFile as error:
        raise Problem(ProblemCode.FILE_TOO_LARGE, error.failure.message) from None
    upload = _new_upload(new, vendor, caller, services, size=new.size_bytes)
    uploads.add_upload(db, upload)
    _remember(db, upload, new)
    _log_announced(upload)
    return upload, vendor


def store(
    new: NewUpload,
    content: bytes,
    caller: Principal,
    db: Db,
    services: Services,
    pool: DatabasePool,
    *,
    on_add: Callable[[Db, Upload, Vendor], None] = lambda *_: None,
) -> tuple[Upload, Vendor]:
    """Creates an upload and stores its file in the bucket; `on_add` runs in the transaction that adds the upload."""
    vendor = acting_vendor(db, caller, new.vendor_id)
    if len(content) > services.settings.max_inline_bytes:  # the body limit is larger, for the rest of the form
        raise too_large("/v1/uploads/file")
    upload = _new_upload(new, vendor, caller, services, size=len(content))
    # Committed before the file is stored, because the bucket's event is handled at once. `on_add` can store the answer
    # here too: if the process dies before the file is stored, a repeat stores it and creates no second upload.
    with pool.transaction() as first:
        uploads.add_upload(first, upload)
        _remember(first, upload, new)
        on_add(first, upload, vendor)
    _log_announced(upload)
    services.object_store.put(upload.file_s3_key, content)
    return upload, vendor


def apply(
    upload_id: str, decided: Applied, caller: Principal, db: Db, services: Services, after_commit: BackgroundTasks
) -> tuple[Upload, str | None]:
    """Processes the stored file of an upload again, as a new upload, and returns that with its vendor's name."""
    source, vendor_name = require_upload(db, caller, upload_id)
    check_may_write(db, caller)
    check_can_apply(source)
    _check_is_stored(source, services)
    if source.undo_of:
        _check_can_undo_again(db, caller, source.undo_of, decided)
    upload = _again(source, decided, caller)
    _follow_plan(upload, source, decided)
    uploads.add_upload_of_stored_file(db, upload, source)
    _remember(db, upload, decided)
    _log_announced(upload)
    # If the process dies before this, the sweeper starts the upload.
    after_commit.add_task(services.parser_function.start, upload.upload_id)
    return upload, vendor_name


def check_can_apply(source: Upload) -> None:
    """Raises a Problem unless the upload has ended, and its file is still stored."""
    if source.status not in FINAL_STATUSES:
        raise not_ready(f"The upload is {source.status}; its file can be processed again when it has ended.")
    if source.file_version_id is None:
        raise Problem(ProblemCode.GONE, f"The upload is {source.status} without a file. Send the file as a new upload.")
    check_retention(source)


def _check_is_stored(source: Upload, services: Services) -> None:
    """Raises a Problem if the file was deleted before its time."""
    if source.file_version_id and services.stored_files.is_gone(source.file_s3_key, source.file_version_id):
        raise Problem(ProblemCode.GONE, "The file of this upload was deleted. Send it as a new upload.")


def _check_can_undo_again(db: Db, caller: Principal, undone_id: str, decided: Applied) -> None:
    """Raises a Problem if the undo of this upload cannot be made again, or is asked to decide something."""
    if names := sorted(decided.requested().keys() - {"accept"}):
        message = "decides nothing about an undo"
        errors = [{"field": name, "message": message} for name in names]
        raise Problem(ProblemCode.INVALID_REQUEST, f"{names[0]}: {message}", errors=errors)
    undone, _ = require_upload(db, caller, undone_id)
    check_can_undo(db, undone)


def _again(source: Upload, decided: Applied, caller: Principal) -> Upload:
    """A new upload of a stored file. What is decided holds instead of what was decided for the source.

    Guards are accepted one after the other: those of the source stay accepted.
    """
    now, before = datetime.now(UTC), Decisions.of(source.decisions)
    decisions = Decisions.of(source.decisions | decided.requested())
    accepted = {*before.accept, *decisions.accept}
    decisions = replace(decisions, accept=tuple(code for code in GuardCode if code in accepted))
    return Upload(
        upload_id=new_upload_id(now),
        vendor_id=source.vendor_id,
        claimed_vendor_id=source.claimed_vendor_id,
        file_name=source.file_name,
        file_size_bytes=source.file_size_bytes,
        file_s3_key=source.file_s3_key,
        file_version_id=source.file_version_id,
        file_arrived_at=source.file_arrived_at or source.processing_started_at,
        source_upload_id=source.upload_id,
        undo_of=source.undo_of,
        status=UploadStatus.PROCESSING,
        reference=decided.reference,
        mode=decisions.mode,
        decisions=decisions.as_json(),
        requested_decisions=decided.requested(),
        dry_run=decided.dry_run,
        created_by=f"{caller.key_prefix}…",
        upload_timestamp=now,
        processing_started_at=now,
        last_progress_at=now,
    )


def _follow_plan(upload: Upload, source: Upload, decided: Applied) -> None:
    """Notes the plan that an upload follows, if it does. Raises a Problem for rows that are left out of none."""
    decides_nothing = _but_for_guards(upload.decisions) == _but_for_guards(source.decisions)
    if decides_nothing and not upload.dry_run:
        upload.plan_upload_id = _plan_of(source)
    if upload.plan_upload_id is None:
        if decided.omit:
            raise _wrong_omit("is only for a dry run that is applied with no other decisions than its own")
        return
    if source.dry_run and max(decided.omit, default=0) > (source.total_records or 0):
        raise _wrong_omit(f"names row {max(decided.omit)}; the plan has {source.total_records} rows")
    upload.omitted_rows = sorted(set(decided.omit or source.omitted_rows or ())) or None


def _wrong_omit(message: str) -> Problem:
    return Problem(ProblemCode.INVALID_REQUEST, f"omit: {message}", errors=[{"field": "omit", "message": message}])


def _plan_of(source: Upload) -> str | None:
    """The dry run that has planned what the source's file does; None if there is no plan, or it was carried out."""
    if source.dry_run:
        return source.upload_id if source.total_records is not None else None
    was_carried_out = source.failure is None and source.status != UploadStatus.CANCELLED
    return None if was_carried_out else source.plan_upload_id


def _but_for_guards(stored: Mapping[str, Any]) -> Decisions:
    return replace(Decisions.of(stored), accept=())


def _remember(db: Db, upload: Upload, decided: DecisionFields) -> None:
    """Keeps the mapping of an upload, if the request says so."""
    if decided.remember and upload.vendor_id and not upload.dry_run:
        headers = remembered_headers.headers_of(Decisions.of(upload.decisions))
        remembered_headers.remember(db, upload.vendor_id, headers)


def cancel(
    upload_id: str, caller: Principal, db: Db, services: Services, after_commit: BackgroundTasks
) -> tuple[Upload, str | None]:
    """Cancels an upload and returns it with its vendor's name. Its reports and webhooks follow after the commit."""
    upload, vendor_name = require_upload(db, caller, upload_id)
    check_may_write(db, caller)
    if not (ended := uploads.cancel(db, upload)):
        upload, _ = require_upload(db, caller, upload_id)
        raise Problem(ProblemCode.ALREADY_FINAL, f"The upload is already {upload.status}.")
    has_webhooks = webhooks.add_deliveries(db, upload_id)
    if ended.error_records or has_webhooks:
        after_commit.add_task(services.error_queue.upload_finished, upload_id)
    return ended, vendor_name


def address_for(upload: Upload, services: Services) -> UploadAddress:
    """The address to which the file is sent; it works until the upload expires."""
    expires_at = upload.expires_at or datetime.now(UTC)
    seconds = max(1, int((expires_at - datetime.now(UTC)).total_seconds() + 0.5))
    url, headers = services.object_store.upload_url(upload.file_s3_key, upload.file_size_bytes, seconds)
    return UploadAddress(url=url, headers=headers, expires_at=expires_at)


def _log_announced(upload: Upload) -> None:
    """The first log line of an upload: the line of its request does not have the new id."""
    log(
        "upload.announced",
        upload_id=upload.upload_id,
        vendor_id=upload.vendor_id,
        size=upload.file_size_bytes,
        dry_run=upload.dry_run,
    )


def _new_upload(new: NewUpload, vendor: Vendor, caller: Principal, services: Services, *, size: int | None) -> Upload:
    now = datetime.now(UTC)
    upload_id = new_upload_id(now)
    decisions = new.resolved(vendor)
    return Upload(
        upload_id=upload_id,
        vendor_id=vendor.vendor_id,
        file_name=new.file_name,
        file_size_bytes=size,
        reference=new.reference,
        mode=decisions.mode,
        decisions=decisions.as_json(),
        requested_decisions=new.requested(),
        dry_run=new.dry_run,
        created_by=f"{caller.key_prefix}…",
        file_s3_key=upload_key(vendor.vendor_id, upload_id, new.file_name),
        upload_timestamp=now,
        expires_at=now + timedelta(seconds=services.settings.upload_url_seconds),
    )
