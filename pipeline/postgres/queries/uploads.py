"""The REST API's questions about uploads and their errors. Every one names the vendor whose answer it is.

A scope of None is a support agent's: every vendor. No function here can be called without saying which.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.uploads import AWAITING_UPLOAD, CANCELLED, PROCESSING
from pipeline.postgres.conditions import containing, where
from pipeline.postgres.database import Cursor
from pipeline.postgres.tables import Upload, ValidationError, Vendor, columns_of

Scope = str | None
"""A vendor id, or None for support."""

_VENDOR = columns_of(Vendor, "vendors")
_UPLOAD = columns_of(Upload, "upload_history")
_ERROR = columns_of(ValidationError, "validation_errors")


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


def find_vendor(cursor: Cursor, vendor_id: str) -> Vendor | None:
    cursor.execute(f"SELECT {_VENDOR} FROM vendors WHERE vendor_id = %s", (vendor_id,))
    found = cursor.fetchone()
    return Vendor(*found) if found else None


def add_upload(cursor: Cursor, upload: Upload) -> None:
    """Notes an upload whose file is still to come."""
    cursor.execute(
        """
        INSERT INTO upload_history (upload_id, vendor_id, file_name, file_size_bytes, status, reference, mode, dry_run,
                                    created_by, upload_timestamp, expires_at, file_s3_key)
        VALUES (%(upload_id)s, %(vendor_id)s, %(file_name)s, %(file_size_bytes)s, %(status)s, %(reference)s, %(mode)s,
                %(dry_run)s, %(created_by)s, %(upload_timestamp)s, %(expires_at)s, %(file_s3_key)s)
        """,
        asdict(upload),
    )


def find_upload(cursor: Cursor, scope: Scope, upload_id: str) -> tuple[Upload, str | None] | None:
    """An upload and its vendor's name; None if there is none in this scope."""
    clause, values = where({"scope": _of(scope), "upload_id": ("upload_id = %(upload_id)s", upload_id)})
    cursor.execute(f"{_UPLOADS} WHERE {clause}", values)
    return next(_read(cursor), None)


def find_uploads(
    cursor: Cursor, scope: Scope, wanted: UploadFilter, *, after: tuple[datetime, str] | None, limit: int
) -> list[tuple[Upload, str | None]]:
    """Uploads, the newest first, from the one after `after` (its timestamp and id) on."""
    clause, values = where(
        {
            "scope": _of(scope),
            "after": ("(upload_timestamp, upload_id) < %(after)s", after),
            "status": ("upload_history.status = ANY(%(status)s)", list(wanted.status) or None),
            "from": ("upload_timestamp >= %(from)s", wanted.from_),
            "to": ("upload_timestamp < %(to)s", wanted.to),
            "file_name": ("file_name ILIKE %(file_name)s", containing(wanted.file_name)),
            "reference": ("reference ILIKE %(reference)s", containing(wanted.reference)),
            "named": ("(file_name ILIKE %(named)s OR reference ILIKE %(named)s)", containing(wanted.named)),
            "dry_run": ("dry_run = %(dry_run)s", wanted.dry_run),
            "failure_code": ("failure ->> 'code' = %(failure_code)s", wanted.failure_code),
        }
    )
    cursor.execute(
        f"{_UPLOADS} WHERE {clause} ORDER BY upload_timestamp DESC, upload_id DESC LIMIT %(limit)s",
        values | {"limit": limit},
    )
    return list(_read(cursor))


_UPLOADS = f"SELECT {_UPLOAD}, vendor_name FROM upload_history LEFT JOIN vendors USING (vendor_id)"


def _of(scope: Scope) -> tuple[str, Scope]:
    return "upload_history.vendor_id = %(scope)s", scope


def _read(cursor: Cursor) -> Iterator[tuple[Upload, str | None]]:
    return ((Upload(*columns), vendor_name) for *columns, vendor_name in cursor)


def file_names(cursor: Cursor, upload_ids: Collection[str]) -> dict[str, str]:
    """What the files of these uploads are called. The caller has found what led to them in scope."""
    cursor.execute(
        "SELECT upload_id, file_name FROM upload_history WHERE upload_id = ANY(%s::text[])", (list(upload_ids),)
    )
    return dict(cursor.fetchall())


def find_errors(
    cursor: Cursor, upload_id: str, wanted: ErrorFilter, *, after: tuple[int, int, int] | None, limit: int
) -> list[ValidationError]:
    """An upload's errors in report order, from the one after `after` on. The caller has found the upload in scope."""
    clause, values = _errors_asked(upload_id, wanted)
    cursor.execute(
        f"""
        SELECT {_ERROR} FROM validation_errors
        WHERE {clause} {"AND (row_number, report_order, error_id) > %(after)s" if after else ""}
        ORDER BY row_number, report_order, error_id LIMIT %(limit)s
        """,
        values | {"after": after, "limit": limit},
    )
    return [ValidationError(*row) for row in cursor]


def count_errors(cursor: Cursor, upload_id: str, wanted: ErrorFilter, *, most: int) -> int:
    """How many there are, counted one by one up to `most`. The caller has found the upload in scope."""
    clause, values = _errors_asked(upload_id, wanted)
    cursor.execute(
        f"SELECT count(*) FROM (SELECT FROM validation_errors WHERE {clause} LIMIT %(most)s) AS found",
        values | {"most": most},
    )
    return int(cursor.fetchone()[0])


def _errors_asked(upload_id: str, wanted: ErrorFilter) -> tuple[str, dict[str, Any]]:
    searched = wanted.q or ""
    is_row = searched.isascii() and searched.isdigit() and len(searched) < 8
    clause, values = where(
        {
            "upload_id": ("upload_id = %(upload_id)s", upload_id),
            "error_type": ("error_type = %(error_type)s", wanted.error_type),
            "row_number": ("row_number = %(row_number)s", wanted.row_number),
            "sku": ("sku = %(sku)s", wanted.sku),
            "error_field": ("%(error_field)s = ANY(string_to_array(error_field, ','))", wanted.error_field),
            "q": (_MENTIONS, containing(wanted.q)),
        }
    )
    return clause, values | {"searched": searched, "searched_row": int(searched) if is_row else None}


_MENTIONS = """(error_message ILIKE %(q)s OR value ILIKE %(q)s OR sku = %(searched)s
    OR vendor_product_id = %(searched)s OR row_number = %(searched_row)s)"""


def cancel(cursor: Cursor, upload: Upload) -> Upload | None:
    """Ends an upload at once, and tells it as it is then; None if it has ended already.

    The vendor is locked first, then the upload, as validators do: what they have in hand is either counted before
    or not done at all.
    """
    cursor.execute("SELECT FROM vendors WHERE vendor_id = %s FOR NO KEY UPDATE", (upload.vendor_id,))
    cursor.execute(
        f"""
        UPDATE upload_history SET status = '{CANCELLED}', failure = NULL, processing_completed_at = clock_timestamp(),
            not_processed_records = coalesce(total_records - valid_records - error_records, not_processed_records)
        WHERE upload_id = %s AND status IN ('{AWAITING_UPLOAD}', '{PROCESSING}') RETURNING {_UPLOAD}
        """,
        (upload.upload_id,),
    )
    ended = cursor.fetchone()
    return Upload(*ended) if ended else None
