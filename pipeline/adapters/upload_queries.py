"""The REST API's questions about uploads and their errors. Every one names the vendor whose answer it is.

A scope of None is a support agent's: every vendor. No function here can be called without saying which.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, or_, tuple_
from sqlmodel import Session, col, select

from pipeline.adapters.tables import Upload, ValidationError, Vendor
from pipeline.domain.uploads import AWAITING_UPLOAD, CANCELLED, PROCESSING

Scope = str | None
"""A vendor id, or None for support."""


@dataclass(frozen=True, slots=True)
class UploadFilter:
    status: Sequence[str] = ()
    from_: datetime | None = None
    to: datetime | None = None
    file_name: str | None = None
    reference: str | None = None
    dry_run: bool | None = None
    failure_code: str | None = None
    named: str | None = None
    """A part of the file's name or of the reference."""


@dataclass(frozen=True, slots=True)
class ErrorFilter:
    error_type: str | None = None
    error_field: str | None = None
    row_number: int | None = None
    sku: str | None = None
    q: str | None = None
    """A part of the message or the value; or a SKU, a vendor product id or a row number, whole."""


def find_vendor(session: Session, vendor_id: str) -> Vendor | None:
    return session.get(Vendor, vendor_id)


def find_upload(session: Session, scope: Scope, upload_id: str) -> tuple[Upload, str | None] | None:
    """An upload and its vendor's name; None if there is none in this scope."""
    found = session.exec(_uploads_of(scope).where(Upload.upload_id == upload_id)).first()
    return (found[0], found[1].vendor_name if found[1] else None) if found else None


def find_uploads(
    session: Session, scope: Scope, wanted: UploadFilter, *, after: tuple[datetime, str] | None, limit: int
) -> list[tuple[Upload, str | None]]:
    """Uploads, the newest first, from the one after `after` (its timestamp and id) on."""
    query = _uploads_of(scope).where(*_conditions(wanted))
    if after:
        query = query.where(tuple_(col(Upload.upload_timestamp), col(Upload.upload_id)) < after)
    query = query.order_by(col(Upload.upload_timestamp).desc(), col(Upload.upload_id).desc()).limit(limit)
    return [(upload, vendor.vendor_name if vendor else None) for upload, vendor in session.exec(query)]


def file_names(session: Session, upload_ids: Collection[str]) -> dict[str, str]:
    """What the files of these uploads are called. The caller has found what led to them in scope."""
    query = select(Upload.upload_id, Upload.file_name).where(col(Upload.upload_id).in_(upload_ids))
    return dict(session.exec(query).all())


def find_errors(
    session: Session, upload_id: str, wanted: ErrorFilter, *, after: tuple[int, int, int] | None, limit: int
) -> list[ValidationError]:
    """An upload's errors in report order, from the one after `after` on. The caller has found the upload in scope."""
    order = (col(ValidationError.row_number), col(ValidationError.report_order), col(ValidationError.error_id))
    query = select(ValidationError).where(*_error_conditions(upload_id, wanted))
    if after:
        query = query.where(tuple_(*order) > after)
    return list(session.exec(query.order_by(*order).limit(limit)))


def count_errors(session: Session, upload_id: str, wanted: ErrorFilter, *, most: int) -> int:
    """How many there are, counted one by one up to `most`. The caller has found the upload in scope."""
    found = select(ValidationError.error_id).where(*_error_conditions(upload_id, wanted)).limit(most)
    return session.exec(select(func.count()).select_from(found.subquery())).one()


def _error_conditions(upload_id: str, wanted: ErrorFilter) -> list[ColumnElement[bool]]:
    conditions = [col(ValidationError.upload_id) == upload_id]
    for column, value in (
        (ValidationError.error_type, wanted.error_type),
        (ValidationError.row_number, wanted.row_number),
        (ValidationError.sku, wanted.sku),
    ):
        if value is not None:
            conditions.append(col(column) == value)
    if wanted.error_field is not None:
        conditions.append(func.string_to_array(ValidationError.error_field, ",").op("@>")([wanted.error_field]))
    if wanted.q is not None:
        conditions.append(_mentions(wanted.q))
    return conditions


def cancel(session: Session, upload: Upload) -> bool:
    """Ends an upload at once; False if it has ended already.

    The vendor is locked first, then the upload, as validators do: what they have in hand is either counted before
    or not done at all. `upload` is brought up to date.
    """
    session.execute(select(Vendor).where(Vendor.vendor_id == upload.vendor_id).with_for_update(key_share=True))
    session.refresh(upload, with_for_update=True)
    if upload.status not in {AWAITING_UPLOAD, PROCESSING}:
        return False
    upload.status = CANCELLED
    upload.failure = None
    upload.processing_completed_at = datetime.now(UTC)
    if upload.total_records is not None:
        upload.not_processed_records = upload.total_records - upload.valid_records - upload.error_records
    session.add(upload)
    session.flush()
    return True


def _mentions(searched: str) -> ColumnElement[bool]:
    conditions = [
        col(ValidationError.error_message).icontains(searched, autoescape=True),
        col(ValidationError.value).icontains(searched, autoescape=True),
        col(ValidationError.sku) == searched,
        col(ValidationError.vendor_product_id) == searched,
    ]
    if searched.isascii() and searched.isdigit() and len(searched) < 8:
        conditions.append(col(ValidationError.row_number) == int(searched))
    return or_(*conditions)


def _uploads_of(scope: Scope):  # type: ignore[no-untyped-def]
    query = select(Upload, Vendor).join(Vendor, isouter=True)
    return query if scope is None else query.where(Upload.vendor_id == scope)


def _conditions(wanted: UploadFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(col(Upload.status).in_(wanted.status))
    if wanted.from_:
        conditions.append(col(Upload.upload_timestamp) >= wanted.from_)
    if wanted.to:
        conditions.append(col(Upload.upload_timestamp) < wanted.to)
    if wanted.file_name:
        conditions.append(col(Upload.file_name).icontains(wanted.file_name, autoescape=True))
    if wanted.reference:
        conditions.append(col(Upload.reference).icontains(wanted.reference, autoescape=True))
    if wanted.named:
        conditions.append(
            or_(*(col(each).icontains(wanted.named, autoescape=True) for each in (Upload.file_name, Upload.reference)))
        )
    if wanted.dry_run is not None:
        conditions.append(col(Upload.dry_run) == wanted.dry_run)
    if wanted.failure_code:
        conditions.append(col(Upload.failure)["code"].astext == wanted.failure_code)
    return conditions
