"""An upload's life: its states and those of its rows, its id, its keys in the bucket."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote_plus


class UploadStatus(StrEnum):
    """Where an upload stands. All but the first two are final; only a file that arrives late revives an expired one."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class UploadMode(StrEnum):
    """What the rows of a file do to the catalogue."""

    CREATE = "create"


OPEN_STATUSES = (UploadStatus.AWAITING_UPLOAD, UploadStatus.PROCESSING)
FINAL_STATUSES = frozenset(UploadStatus).difference(OPEN_STATUSES)
OUTCOME_STATUSES = (UploadStatus.COMPLETED, UploadStatus.PARTIAL, UploadStatus.FAILED)
"""Of uploads whose file was processed: these have reports, and their vendors are notified."""


class RowStatus(StrEnum):
    """What became of a row."""

    PENDING = "pending"
    VALIDATED = "validated"
    ERROR = "error"


class StagingStatus(StrEnum):
    """A record's status in the staging table."""

    PENDING = "pending_validation"
    VALIDATED = "validated"
    ERROR = "error"


DIRECT_DROP = "direct_drop"
"""`created_by` of an upload that a vendor's own tool put into the bucket."""

FILES_ARE_KEPT = timedelta(days=90)
"""From a file's arrival, it and its reports; the bucket removes them afterwards."""


_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
UPLOAD_ID = "UPLOAD_[0-9]{8}_[0-9]{6}_[a-z2-7]{8}"
"""What an upload id looks like, as a regular expression of Python and PostgreSQL alike."""
_UPLOAD_ID = re.compile(UPLOAD_ID)


def new_upload_id(now: datetime) -> str:
    """`UPLOAD_YYYYMMDD_HHMMSS_` and 8 random characters, so that ids of one second differ."""
    return f"UPLOAD_{now:%Y%m%d_%H%M%S}_" + "".join(secrets.choice(_BASE32) for _ in range(8))


def is_upload_id(text: str) -> bool:
    return _UPLOAD_ID.fullmatch(text) is not None


def record_id(row_number: int) -> str:
    return f"REC_{row_number:05d}"


def outcome(valid_records: int, error_records: int) -> UploadStatus:
    """The status of an upload whose every record is decided."""
    if not error_records:
        return UploadStatus.COMPLETED
    return UploadStatus.PARTIAL if valid_records else UploadStatus.FAILED


def files_expire_at(arrived_at: datetime | None) -> datetime | None:
    """Until when an upload's file and reports can be downloaded; None before the file is there."""
    return arrived_at and arrived_at + FILES_ARE_KEPT


def upload_key(vendor_id: str, upload_id: str, file_name: str) -> str:
    return f"uploads/{vendor_id}/{upload_id}/{file_name}"


def error_report_key(vendor_id: str, upload_id: str) -> str:
    return f"errors/{vendor_id}/{upload_id}_errors.csv"


def fix_file_key(vendor_id: str, upload_id: str) -> str:
    return f"errors/{vendor_id}/{upload_id}_fix.csv"


@dataclass(frozen=True, slots=True)
class ArrivedKey:
    """What an object's key says: whose it is and, unless it is a direct drop, which upload announced it."""

    vendor_id: str
    upload_id: str | None
    file_name: str


# A slash at a key's end leaves an empty name. Of `.` and `..` many programs make another address.
_NOT_NAMES = frozenset({"", ".", ".."})


def read_key(key: str) -> ArrivedKey | None:
    """None for a key of any other shape, which is not an upload.

    S3 allows every character in a key; one with U+0000, which PostgreSQL does not store, is no upload's either.
    """
    parts = key.split("/")
    if "\0" in key or not _NOT_NAMES.isdisjoint(parts):
        return None
    match parts:
        case ["uploads", vendor_id, upload_id, file_name] if _UPLOAD_ID.fullmatch(upload_id):
            return ArrivedKey(vendor_id, upload_id, file_name)
        case ["uploads", vendor_id, file_name]:
            return ArrivedKey(vendor_id, None, file_name)
    return None


def key_of_event(quoted: str) -> str | None:
    """The key that an event of S3 names; None for one that is not UTF-8."""
    try:
        return unquote_plus(quoted, errors="strict")
    except UnicodeDecodeError:
        return None
