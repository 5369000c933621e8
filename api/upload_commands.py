"""What is done with an upload, whoever asks for it: a program through the REST API, or a person in the portal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fastapi import BackgroundTasks

from api.answers.problems import Problem, ProblemCode, too_large
from api.dependencies import Db
from api.lookups import acting_vendor, check_may_write, found_upload
from api.schemas.uploads import NewUpload, UploadAddress
from pipeline.domain.failures import UnacceptableFile, check_size
from pipeline.domain.uploads import new_upload_id, upload_key
from pipeline.logs import log
from pipeline.postgres import webhooks
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.database import DatabasePool
from pipeline.postgres.queries.uploads import add_upload, cancel
from pipeline.postgres.rows import Upload, Vendor
from pipeline.services import Services


def announced(new: NewUpload, caller: Principal, db: Db, services: Services) -> tuple[Upload, Vendor]:
    """A new upload whose file is still to be sent; where to is told by `address_for`."""
    vendor = acting_vendor(db, caller, new.vendor_id)
    try:
        check_size(new.size_bytes or 0, services.settings.max_file_bytes)
    except UnacceptableFile as refused:
        raise Problem(ProblemCode.FILE_TOO_LARGE, refused.failure.message) from None
    upload = _new_upload(new, vendor, caller, services, size=new.size_bytes)
    add_upload(db, upload)
    _log_announced(upload)
    return upload, vendor


def stored(
    new: NewUpload,
    content: bytes,
    caller: Principal,
    db: Db,
    services: Services,
    pool: DatabasePool,
    *,
    noted: Callable[[Db, Upload, Vendor], None] = lambda *_: None,
) -> tuple[Upload, Vendor]:
    """A new upload whose file is here already, and on its way to the bucket; `noted` is done in its transaction."""
    vendor = acting_vendor(db, caller, new.vendor_id)
    if len(content) > services.settings.max_inline_bytes:  # a body may have more: what stands around the file in it
        raise too_large("/v1/uploads/file")
    upload = _new_upload(new, vendor, caller, services, size=len(content))
    # Known before its file arrives: the event is handled at once. And so is the answer, if it is kept, so that a
    # repeat after a death in between sends this upload's file and makes no second upload of it.
    with pool.transaction() as first:
        add_upload(first, upload)
        noted(first, upload, vendor)
    _log_announced(upload)
    services.object_store.put(upload.file_s3_key, content)
    return upload, vendor


def stopped(
    upload_id: str, caller: Principal, db: Db, services: Services, after_commit: BackgroundTasks
) -> tuple[Upload, str | None]:
    """An upload that is cancelled, with its vendor's name; what it led to so far is reported after the commit."""
    upload, vendor_name = found_upload(db, caller, upload_id)
    check_may_write(db, caller)
    if not (ended := cancel(db, upload)):
        upload, _ = found_upload(db, caller, upload_id)
        raise Problem(ProblemCode.ALREADY_FINAL, f"The upload is {upload.status} already.")
    told = webhooks.add_deliveries(db, upload_id)
    if ended.error_records or told:
        after_commit.add_task(services.error_queue.upload_finished, upload_id)
    return ended, vendor_name


def address_for(upload: Upload, services: Services) -> UploadAddress:
    """Where the file goes, until the upload expires."""
    expires_at = upload.expires_at or datetime.now(UTC)
    seconds = max(1, int((expires_at - datetime.now(UTC)).total_seconds() + 0.5))
    url, headers = services.object_store.upload_url(upload.file_s3_key, upload.file_size_bytes, seconds)
    return UploadAddress(url=url, headers=headers, expires_at=expires_at)


def _log_announced(upload: Upload) -> None:
    """The first line of an upload's way: the request's own line knows no id yet."""
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
    return Upload(
        upload_id=upload_id,
        vendor_id=vendor.vendor_id,
        file_name=new.file_name,
        file_size_bytes=size,
        reference=new.reference,
        mode=new.mode,
        dry_run=new.dry_run,
        created_by=f"{caller.key_prefix}…",
        file_s3_key=upload_key(vendor.vendor_id, upload_id, new.file_name),
        upload_timestamp=now,
        expires_at=now + timedelta(seconds=services.settings.upload_url_seconds),
    )
