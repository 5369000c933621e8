"""Uploads, and which of their rejected rows were corrected."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ARRAY, CHAR, BigInteger, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB
from sqlmodel import Field, SQLModel

from pipeline.domain.decisions import UploadMode
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.rows import Upload
from pipeline.postgres.tables.defaults import NOW, default, identity


class UploadWork(BaseModel):
    """The work on an upload. `tries` counts how often the sweeper looked at the upload since its last progress."""

    staged_at: datetime | None = None
    lease_until: datetime | None = None
    ending_until: datetime | None = None
    looked_at: datetime | None = None
    tries: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=default("0"))
    notification_id: UUID | None = None
    notification_claimed_at: datetime | None = None
    fix_workbook_requested_at: datetime | None = None
    changes_file_requested_at: datetime | None = None


class UploadTable(Upload, UploadWork, SQLModel, table=True):
    """An upload's fields as PostgreSQL stores them, and the columns that only workers need."""

    __tablename__ = "upload_history"
    __table_args__ = (UniqueConstraint("vendor_id", "effective_at", "effective_path", name="upload_history_place"),)

    upload_id: str = Field(max_length=50, primary_key=True)
    file_s3_key: str = Field(max_length=1100, nullable=True)
    vendor_id: str | None = Field(default=None, max_length=50, foreign_key="vendors.vendor_id")
    file_size_bytes: int | None = Field(default=None, sa_type=BigInteger)
    valid_records: int = Field(default=0, sa_column_kwargs=default("0"))
    error_records: int = Field(default=0, sa_column_kwargs=default("0"))
    not_processed_records: int = Field(default=0, sa_column_kwargs=default("0"))
    updated_records: int = Field(default=0, sa_column_kwargs=default("0"))
    unchanged_records: int = Field(default=0, sa_column_kwargs=default("0"))
    superseded_records: int = Field(default=0, sa_column_kwargs=default("0"))
    removed_records: int = Field(default=0, sa_column_kwargs=default("0"))
    already_in_catalogue_records: int = Field(default=0, sa_column_kwargs=default("0"))
    differing_records: int = Field(default=0, sa_column_kwargs=default("0"))
    still_withdrawn_records: int = Field(default=0, sa_column_kwargs=default("0"))
    left_out: dict[str, Any] = Field(default={}, sa_type=JSONB, sa_column_kwargs=default("'{}'"))
    corrected_records: int = Field(default=0, sa_column_kwargs=default("0"))
    errors_by_type: dict[str, int] = Field(default={}, sa_type=JSONB, sa_column_kwargs=default("'{}'"))
    status: UploadStatus = Field(
        default=UploadStatus.AWAITING_UPLOAD,
        sa_type=String(20),
        sa_column_kwargs=default(f"'{UploadStatus.AWAITING_UPLOAD}'"),
    )
    failure: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    reference: str | None = Field(default=None, sa_type=Text)
    warnings: list[dict[str, Any]] = Field(default=[], sa_type=JSONB, sa_column_kwargs=default("'[]'"))
    mode: UploadMode = Field(
        default=UploadMode.CREATE, sa_type=String(20), sa_column_kwargs=default(f"'{UploadMode.CREATE}'")
    )
    decisions: dict[str, Any] = Field(
        default={}, sa_type=JSONB, sa_column_kwargs=default(f'\'{{"mode": "{UploadMode.CREATE}"}}\'')
    )
    requested_decisions: dict[str, Any] = Field(default={}, sa_type=JSONB, sa_column_kwargs=default("'{}'"))
    upload_number: int = Field(sa_type=BigInteger, unique=True, sa_column_args=identity(always=True))
    effective_at: datetime = Field(sa_column_kwargs=default("clock_timestamp()"))
    effective_path: list[int] = Field(default=[], sa_type=ARRAY(BigInteger), sa_column_kwargs=default("'{}'"))
    dry_run: bool = Field(default=False, sa_column_kwargs=default("false"))
    upload_timestamp: datetime = Field(sa_column_kwargs=NOW)
    file_sha256: str | None = Field(default=None, sa_type=CHAR(64))
    file_format: FileFormat | None = Field(default=None, sa_type=String(10))
    file_sheet: str | None = Field(default=None, sa_type=Text)
    file_columns: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)
    file_numbers: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    source_upload_id: str | None = Field(default=None, max_length=50, foreign_key="upload_history.upload_id")
    plan_upload_id: str | None = Field(default=None, max_length=50, foreign_key="upload_history.upload_id")
    omitted_rows: list[int] | None = Field(default=None, sa_type=ARRAY(Integer))
    undo_of: str | None = Field(default=None, max_length=50, foreign_key="upload_history.upload_id")
    export_id: str | None = Field(default=None, max_length=50, foreign_key="exports.export_id")

    categories: list[str] | None = Field(default=None, sa_type=JSONB)
    aliases: dict[str, str] | None = Field(default=None, sa_type=JSONB)
    remembered_headers: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)
    lease_token: UUID | None = None
    decided: Any = Field(nullable=False, sa_type=INT4MULTIRANGE, sa_column_kwargs=default("'{}'"))
    unchanged_rows: Any = Field(nullable=False, sa_type=INT4MULTIRANGE, sa_column_kwargs=default("'{}'"))


class LeftOutValues(SQLModel, table=True):
    """The cells that a record was accepted without, by column, as received."""

    __tablename__ = "left_out_values"

    upload_id: str = Field(max_length=50, primary_key=True, foreign_key="upload_history.upload_id")
    row_number: int = Field(primary_key=True)
    cells: dict[str, str] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs=NOW)


class CorrectedRow(SQLModel, table=True):
    __tablename__ = "corrected_rows"

    upload_id: str = Field(
        max_length=50, primary_key=True, foreign_key="upload_history.upload_id", ondelete="CASCADE"
    )  # fmt: skip
    row_number: int = Field(primary_key=True)


class RowRejectedAgain(SQLModel, table=True):
    __tablename__ = "rows_rejected_again"

    upload_id: str = Field(
        max_length=50, primary_key=True, foreign_key="upload_history.upload_id", ondelete="CASCADE"
    )  # fmt: skip
    row_number: int = Field(primary_key=True)
    parent_row_number: int


class Correction(SQLModel, table=True):
    """Rows of a correction whose cells are changed alike: their numbers in the upload that has their latest version,
    and in the parent, in the same order."""

    __tablename__ = "corrections"

    correction_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity())
    upload_id: str = Field(max_length=50, foreign_key="upload_history.upload_id")
    source_upload_id: str = Field(max_length=50, foreign_key="upload_history.upload_id")
    cells: dict[str, str] = Field(sa_type=JSONB)
    row_numbers: list[int] = Field(sa_type=ARRAY(Integer))
    parent_row_numbers: list[int] = Field(sa_type=ARRAY(Integer))
    created_at: datetime = Field(sa_column_kwargs=NOW)
