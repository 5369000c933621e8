"""Exports of a vendor's catalogue: their states, ids and files."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.domain.columns import COLUMNS
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.uploads import ID_CHARACTERS


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class ExportStatus(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


EXPORT_RETENTION = timedelta(days=7)
"""How long the file is kept; then the bucket's lifecycle deletes it."""
MAX_PENDING_EXPORTS = 5
"""How many a vendor can have under way."""
MAX_EXPORT_ATTEMPTS = 5
MAX_WORKBOOK_PRODUCTS = 1_048_575
"""What a sheet has rows for, below its header."""


def exported_columns(chosen: Collection[str]) -> list[str]:
    """The columns of an export, in order: those chosen, or else all, and always the identifiers."""
    return [column for column in COLUMNS if not chosen or column in chosen or column in IDENTIFIERS]


def new_export_id(now: datetime) -> str:
    """`EXPORT_YYYYMMDD_HHMMSS_` and 8 random characters."""
    return f"EXPORT_{now:%Y%m%d_%H%M%S}_" + "".join(secrets.choice(ID_CHARACTERS) for _ in range(8))


def export_key(vendor_id: str, export_id: str, attempt: int, made_at: datetime, export_format: ExportFormat) -> str:
    """Each attempt has a key of its own: one that is late must not replace the file of the one that is ready."""
    return f"exports/{vendor_id}/{export_id}/{attempt}/products_{made_at:%Y-%m-%d}.{export_format}"
