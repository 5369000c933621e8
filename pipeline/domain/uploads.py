"""Uploads: their statuses and those of their rows, their ids, and their keys in the bucket."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote_plus


class UploadStatus(StrEnum):
    """All but the first two are final. Only a file that arrives late makes an expired upload active again."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class FileOnRequest(StrEnum):
    """A file of an ended upload that is written when it is first requested."""

    CHANGES = "changes"
    FIX_WORKBOOK = "fix_workbook"


OPEN_STATUSES = (UploadStatus.AWAITING_UPLOAD, UploadStatus.PROCESSING)
FINAL_STATUSES = frozenset(UploadStatus).difference(OPEN_STATUSES)
OUTCOME_STATUSES = (UploadStatus.COMPLETED, UploadStatus.PARTIAL, UploadStatus.FAILED)
"""The statuses of uploads whose file was processed: these have reports, and their vendors are notified."""


class RowStatus(StrEnum):
    """Whether a row is decided, and how."""

    PENDING = "pending"
    VALIDATED = "validated"
    ERROR = "error"


class Outcome(StrEnum):
    """What became of a record. `removed` is an undo's; a superseded record lost every change to a later upload."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    REMOVED = "removed"
    ERROR = "error"
    PENDING = "pending"


class StagingStatus(StrEnum):
    """The status of a record in the staging table."""

    PENDING = "pending_validation"
    VALIDATED = "validated"
    ERROR = "error"


DIRECT_DROP = "direct_drop"
"""`created_by` of an upload whose file a vendor's own tool put into the bucket."""

FILE_RETENTION = timedelta(days=90)
"""How long a file and its reports are kept after its arrival; then the bucket's lifecycle deletes them."""

CHANGES_RETENTION = timedelta(days=90)
"""How long what happened to a vendor's products can be read in order."""

UNDO_PERIOD = timedelta(days=30)
"""How long after its end an upload can be taken back."""


_CORRECTED, _UNDO = "_corrected", "_undo"
_MAX_NAME_LENGTH = 200

ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567"
UPLOAD_ID = "UPLOAD_[0-9]{8}_[0-9]{6}_[a-z2-7]{8}"
"""A regular expression for upload ids, valid in Python and PostgreSQL."""
_UPLOAD_ID = re.compile(UPLOAD_ID)


def new_upload_id(now: datetime) -> str:
    """`UPLOAD_YYYYMMDD_HHMMSS_` and 8 random characters, which tell uploads of the same second apart."""
    return f"UPLOAD_{now:%Y%m%d_%H%M%S}_" + "".join(secrets.choice(ID_CHARACTERS) for _ in range(8))


def is_upload_id(text: str) -> bool:
    return _UPLOAD_ID.fullmatch(text) is not None


def record_id(row_number: int) -> str:
    return f"REC_{row_number:05d}"


def outcome(valid_records: int, error_records: int) -> UploadStatus:
    """The final status of an upload whose records are all decided."""
    if not error_records:
        return UploadStatus.COMPLETED
    return UploadStatus.PARTIAL if valid_records else UploadStatus.FAILED


def files_expire_at(arrived_at: datetime | None) -> datetime | None:
    """Until when an upload's file and reports can be downloaded; None before the file arrives."""
    return arrived_at and arrived_at + FILE_RETENTION


def upload_key(vendor_id: str, upload_id: str, file_name: str) -> str:
    return f"uploads/{vendor_id}/{upload_id}/{file_name}"


def corrected_name(file_name: str) -> str:
    """products.csv → products_corrected.csv, also from products.xlsx, products.csv.gz, and from that name itself."""
    return _csv_name(file_name, _CORRECTED)


def undo_name(file_name: str) -> str:
    """products.csv → products_undo.csv, in the same way."""
    return _csv_name(file_name, _UNDO)


def _csv_name(file_name: str, suffix: str) -> str:
    stem = re.sub(r"(?i)(\.csv|\.xls[xm])?(\.gz|\.zip)?$", "", file_name).removesuffix(suffix)
    end = f"{suffix}.csv"
    return f"{stem[: _MAX_NAME_LENGTH - len(end)]}{end}"


def error_report_key(vendor_id: str, upload_id: str) -> str:
    return f"errors/{vendor_id}/{upload_id}_errors.csv"


def fix_file_key(vendor_id: str, upload_id: str) -> str:
    return f"errors/{vendor_id}/{upload_id}_fix.csv"


def fix_workbook_key(vendor_id: str, upload_id: str) -> str:
    return f"errors/{vendor_id}/{upload_id}_fix.xlsx"


def changes_file_key(vendor_id: str, upload_id: str) -> str:
    return f"errors/{vendor_id}/{upload_id}_changes.csv"


@dataclass(frozen=True, slots=True)
class UploadKey:
    """The parts of an object's key; `upload_id` is None for a direct drop."""

    vendor_id: str
    upload_id: str | None
    file_name: str


# A key that ends with a slash has an empty name. Many programs resolve `.` and `..` to another address.
_NOT_NAMES = frozenset({"", ".", ".."})


def read_key(key: str) -> UploadKey | None:
    """The parts of an upload's key; None for any other key."""
    parts = key.split("/")
    # S3 allows U+0000 in a key, but PostgreSQL does not store it.
    if "\0" in key or not _NOT_NAMES.isdisjoint(parts):
        return None
    match parts:
        case ["uploads", vendor_id, upload_id, file_name] if _UPLOAD_ID.fullmatch(upload_id):
            return UploadKey(vendor_id, upload_id, file_name)
        case ["uploads", vendor_id, file_name]:
            return UploadKey(vendor_id, None, file_name)
    return None


def key_of_event(quoted: str) -> str | None:
    """The object key in an S3 event; None if it is not UTF-8."""
    try:
        return unquote_plus(quoted, errors="strict")
    except UnicodeDecodeError:
        return None
