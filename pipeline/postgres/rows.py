"""Vendors and uploads as plain rows without SQLAlchemy, for the requests that must start quickly.

Their tables (`pipeline.postgres.tables`) inherit these fields and add what is specific to PostgreSQL. `max_length` is
the length of the column.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from pipeline.domain.decisions import NO_DECISIONS, BlankCells, OptionalValues, UploadMode
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.uploads import UploadStatus

Row = TypeVar("Row", bound=BaseModel)


class Vendor(BaseModel):
    vendor_id: str = Field(max_length=50)
    vendor_name: str = Field(max_length=200)
    email: str = Field(max_length=255)
    phone: str | None = Field(max_length=20)
    status: str = Field(max_length=20)
    default_mode: UploadMode = UploadMode.CREATE
    blank_cells: BlankCells = BlankCells.KEEP
    number_format: NumberFormat | None = None
    optional_values: OptionalValues = OptionalValues.REJECT
    guards: dict[str, int] = {}
    """Per cent by guard, where they differ from those of the installation."""


class Upload(BaseModel):
    """One upload, with the defaults of a new one. The columns that only workers need are missing."""

    upload_id: str = Field(max_length=50)
    file_name: str = Field(max_length=255)
    file_s3_key: str = Field(max_length=1100)
    upload_timestamp: datetime
    vendor_id: str | None = Field(default=None, max_length=50)
    claimed_vendor_id: str | None = Field(default=None, max_length=255)
    file_size_bytes: int | None = None
    total_records: int | None = None
    valid_records: int = 0
    error_records: int = 0
    updated_records: int = 0
    unchanged_records: int = 0
    superseded_records: int = 0
    removed_records: int = 0
    already_in_catalogue_records: int = 0
    differing_records: int = 0
    still_withdrawn_records: int = 0
    left_out: dict[str, Any] = {}
    not_processed_records: int = 0
    errors_by_type: dict[str, int] = {}
    status: UploadStatus = UploadStatus.AWAITING_UPLOAD
    failure: dict[str, Any] | None = None
    warnings: list[dict[str, Any]] = []
    reference: str | None = None
    mode: UploadMode = UploadMode.CREATE
    decisions: dict[str, Any] = NO_DECISIONS.as_json()
    requested_decisions: dict[str, Any] = {}
    effective_at: datetime | None = None
    effective_path: list[int] = []
    dry_run: bool = False
    created_by: str | None = Field(default=None, max_length=50)
    parent_upload_id: str | None = Field(default=None, max_length=50)
    source_upload_id: str | None = Field(default=None, max_length=50)
    plan_upload_id: str | None = Field(default=None, max_length=50)
    """The dry run whose plan is followed: a record is written only if it does what that says."""
    omitted_rows: list[int] | None = None
    """Rows of the plan that are not applied."""
    undo_of: str | None = Field(default=None, max_length=50)
    corrected_records: int = 0
    expires_at: datetime | None = None
    processing_started_at: datetime | None = None
    last_progress_at: datetime | None = None
    processing_completed_at: datetime | None = None
    notified_at: datetime | None = None
    file_version_id: str | None = Field(default=None, max_length=1024)
    file_arrived_at: datetime | None = None
    """When the file arrived that is processed again; None if it arrived for this upload."""
    file_sha256: str | None = Field(default=None, max_length=64)
    file_format: FileFormat | None = None
    file_sheet: str | None = None
    file_encoding: str | None = Field(default=None, max_length=40)
    file_delimiter: str | None = Field(default=None, max_length=1)
    file_header_row: int | None = None
    file_columns: list[dict[str, Any]] | None = None
    file_numbers: dict[str, Any] | None = None
    error_file_s3_key: str | None = Field(default=None, max_length=500)
    fix_file_s3_key: str | None = Field(default=None, max_length=500)
    fix_workbook_s3_key: str | None = Field(default=None, max_length=500)
    changes_file_s3_key: str | None = Field(default=None, max_length=500)
    rules_version: str | None = Field(default=None, max_length=40)

    def model_post_init(self, _: object) -> None:
        # The database gives plain text.
        self.status, self.mode = UploadStatus(self.status), UploadMode(self.mode)


def columns_of(row: type[BaseModel], table: str) -> str:
    """The columns of a table for a SELECT whose rows become `row_of`."""
    return ", ".join(f"{table}.{name}" for name in row.model_fields)


def row_of(row: type[Row], values: Iterable[Any]) -> Row:
    """A row from the values of the columns of `columns_of`. Does not validate them again."""
    return row.model_construct(**dict(zip(row.model_fields, values, strict=True)))
