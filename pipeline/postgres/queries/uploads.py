"""The API's queries for uploads. Each takes the scope of the caller: one vendor, or None for support.

The scope has no default, so that no caller can forget it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from pipeline.domain.uploads import OPEN_STATUSES, UploadStatus
from pipeline.postgres.conditions import containing, where
from pipeline.postgres.database import Cursor, as_json
from pipeline.postgres.order import Order, Place
from pipeline.postgres.placing import insert_last, place_behind
from pipeline.postgres.rows import Upload, Vendor, columns_of, row_of

Scope = str | None
"""A vendor id, or None for support."""

NEWEST_UPLOADS = Order({"upload_timestamp": datetime, "upload_id": str}, descending=True, of=itemgetter(0))

_VENDOR = columns_of(Vendor, "vendors")
_UPLOAD = columns_of(Upload, "upload_history")


@dataclass(frozen=True, slots=True)
class UploadFilter:
    status: Sequence[str] = ()
    from_: datetime | None = None
    to: datetime | None = None
    file_name: str | None = None
    reference: str | None = None
    dry_run: bool | None = None
    failure_code: str | None = None
    mode: str | None = None
    source_upload_id: str | None = None
    named: str | None = None
    """A part of the file's name or of the reference."""


def find_vendor(cursor: Cursor, vendor_id: str) -> Vendor | None:
    cursor.execute(f"SELECT {_VENDOR} FROM vendors WHERE vendor_id = %s", (vendor_id,))
    row = cursor.fetchone()
    return row_of(Vendor, row) if row else None


def add_upload(cursor: Cursor, upload: Upload) -> None:
    """Adds an upload that awaits its file, and notes its place in the vendor's order."""
    _add(cursor, upload, _ANNOUNCED)


def add_upload_of_stored_file(cursor: Cursor, upload: Upload, source: Upload) -> None:
    """Adds an upload whose file is that of an earlier one, and notes its place, directly behind that.

    One that follows a plan has what that one pinned, and so has one that takes an upload back.
    """
    _add(cursor, upload, (*_ANNOUNCED, *_STORED))
    place_behind(cursor, upload.upload_id, source.upload_id)
    if pinned := upload.plan_upload_id or (source.upload_id if upload.undo_of else None):
        _pin(cursor, upload.upload_id, pinned, ("categories", "aliases", "remembered_headers"))
    upload.effective_at = source.effective_at


def add_correction(cursor: Cursor, upload: Upload, parent: Upload) -> None:
    """Adds an upload that corrects another, under what that one pinned of remembered headers, directly behind it."""
    _add(cursor, upload, (*_ANNOUNCED, *_CORRECTING))
    place_behind(cursor, upload.upload_id, parent.upload_id)
    _pin(cursor, upload.upload_id, parent.upload_id, ("remembered_headers",))
    upload.effective_at = parent.effective_at


def _pin(cursor: Cursor, upload_id: str, source_upload_id: str, columns: Sequence[str]) -> None:
    """Gives an upload what another one has in these columns, before the beginning of its parsing would fill them."""
    pinned = ", ".join(f"{column} = source.{column}" for column in columns)
    cursor.execute(
        f"""
        UPDATE upload_history u SET {pinned} FROM upload_history source
        WHERE u.upload_id = %s AND source.upload_id = %s
        """,
        (upload_id, source_upload_id),
    )


def add_undo(cursor: Cursor, upload: Upload) -> None:
    """Adds an upload that takes another back, and notes its place. What the vendor had remembered of headers does not
    concern its file."""
    _add(cursor, upload, (*_ANNOUNCED, *_UNDOING))
    cursor.execute("UPDATE upload_history SET remembered_headers = '[]' WHERE upload_id = %s", (upload.upload_id,))


_ANNOUNCED = (
    *("upload_id", "vendor_id", "file_name", "file_size_bytes", "status", "reference", "mode", "decisions"),
    *("requested_decisions", "dry_run", "created_by", "upload_timestamp", "expires_at", "file_s3_key"),
)
_STORED = (
    *("source_upload_id", "plan_upload_id", "omitted_rows", "undo_of", "file_version_id", "file_arrived_at"),
    *("processing_started_at", "last_progress_at"),
)
_UNDOING = ("undo_of", "processing_started_at", "last_progress_at")
_CORRECTING = ("parent_upload_id", "processing_started_at", "last_progress_at")


def _add(cursor: Cursor, upload: Upload, columns: Sequence[str]) -> None:
    as_stored = {name: as_json(getattr(upload, name)) for name in ("decisions", "requested_decisions")}
    row = insert_last(cursor, {column: f"%({column})s" for column in columns}, dict(upload) | as_stored)
    upload.effective_at = row.effective_at


def find_upload(cursor: Cursor, scope: Scope, upload_id: str) -> tuple[Upload, str | None] | None:
    """An upload and its vendor's name; None if there is none in this scope."""
    clause, values = where({"scope": _of(scope), "upload_id": ("upload_id = %(upload_id)s", upload_id)})
    cursor.execute(f"{_UPLOADS} WHERE {clause}", values)
    return next(_read(cursor), None)


def find_uploads(
    cursor: Cursor, scope: Scope, filters: UploadFilter, *, after: Place | None, limit: int
) -> list[tuple[Upload, str | None]]:
    """Uploads, the newest first, from the one after `after` on."""
    clause, values = where(
        {
            "scope": _of(scope),
            "after": (NEWEST_UPLOADS.sql_after, after),
            "status": ("upload_history.status = ANY(%(status)s)", list(filters.status) or None),
            "from": ("upload_timestamp >= %(from)s", filters.from_),
            "to": ("upload_timestamp < %(to)s", filters.to),
            "file_name": ("file_name ILIKE %(file_name)s", containing(filters.file_name)),
            "reference": ("reference ILIKE %(reference)s", containing(filters.reference)),
            "named": ("(file_name ILIKE %(named)s OR reference ILIKE %(named)s)", containing(filters.named)),
            "dry_run": ("dry_run = %(dry_run)s", filters.dry_run),
            "mode": ("mode = %(mode)s", filters.mode),
            "source_upload_id": ("source_upload_id = %(source_upload_id)s", filters.source_upload_id),
            "failure_code": ("failure ->> 'code' = %(failure_code)s", filters.failure_code),
        }
    )
    cursor.execute(
        f"{_UPLOADS} WHERE {clause} ORDER BY {NEWEST_UPLOADS.sql} LIMIT %(limit)s",
        values | {"limit": limit},
    )
    return list(_read(cursor))


_UPLOADS = f"SELECT {_UPLOAD}, vendor_name FROM upload_history LEFT JOIN vendors USING (vendor_id)"


def _of(scope: Scope) -> tuple[str, Scope]:
    return "upload_history.vendor_id = %(scope)s", scope


def _read(cursor: Cursor) -> Iterator[tuple[Upload, str | None]]:
    return ((row_of(Upload, columns), vendor_name) for *columns, vendor_name in cursor)


def file_names(cursor: Cursor, upload_ids: Collection[str]) -> dict[str, str]:
    """File names by upload id. The caller has checked that the uploads are in scope."""
    cursor.execute(
        "SELECT upload_id, file_name FROM upload_history WHERE upload_id = ANY(%s::text[])", (list(upload_ids),)
    )
    return dict(cursor.fetchall())


def processed_again(cursor: Cursor, upload_ids: Collection[str]) -> set[str]:
    """Those whose stored file a later upload has processed. The caller has checked that they are in scope."""
    cursor.execute(
        "SELECT DISTINCT source_upload_id FROM upload_history WHERE source_upload_id = ANY(%s::text[])",
        (list(upload_ids),),
    )
    return {row.source_upload_id for row in cursor}


def cancel(cursor: Cursor, upload: Upload) -> Upload | None:
    """Cancels an upload and returns its new state; None if it has ended already."""
    # The vendor before the upload, as validators lock them: a batch is decided either before this or not at all.
    cursor.execute("SELECT FROM vendors WHERE vendor_id = %s FOR NO KEY UPDATE", (upload.vendor_id,))
    cursor.execute(
        f"""
        UPDATE upload_history SET status = %s, failure = NULL, processing_completed_at = clock_timestamp(),
            not_processed_records = coalesce(total_records - valid_records - error_records, not_processed_records)
        WHERE upload_id = %s AND status IN %s RETURNING {_UPLOAD}
        """,
        (UploadStatus.CANCELLED, upload.upload_id, OPEN_STATUSES),
    )
    ended = cursor.fetchone()
    return row_of(Upload, ended) if ended else None
