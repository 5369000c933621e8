"""The catalogue, back out: what happened to it, in order, and exports of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE
from sqlmodel import Field, SQLModel

from pipeline.postgres.tables.defaults import NOW, default


class CatalogueChange(SQLModel, table=True):
    """A transaction that created, changed or removed products, with the rows that did."""

    __tablename__ = "catalogue_changes"

    vendor_id: str = Field(max_length=50, primary_key=True, foreign_key="vendors.vendor_id")
    position: int = Field(
        sa_type=BigInteger,
        primary_key=True,
        sa_column_kwargs=default("nextval('record_changes_change_id_seq')"),
    )
    upload_id: str = Field(max_length=50, foreign_key="upload_history.upload_id")
    row_numbers: Any = Field(nullable=False, sa_type=INT4MULTIRANGE)
    created_at: datetime = Field(sa_column_kwargs=default("clock_timestamp()"))


class ExportTable(SQLModel, table=True):
    __tablename__ = "exports"

    export_id: str = Field(max_length=50, primary_key=True)
    vendor_id: str = Field(max_length=50, foreign_key="vendors.vendor_id")
    format: str = Field(max_length=10)
    statuses: list[str] = Field(sa_type=ARRAY(Text))
    category: str | None = Field(sa_type=Text)
    updated_since: datetime | None
    columns: list[str] = Field(sa_type=ARRAY(Text))
    status: str = Field(max_length=10, sa_column_kwargs=default("'pending'"))
    failure: str | None = Field(sa_type=Text)
    attempts: int = Field(sa_column_kwargs=default("0"))
    products: int | None = Field(sa_type=BigInteger)
    s3_key: str | None = Field(max_length=500)
    effective_at: datetime | None
    last_change: int | None = Field(sa_type=BigInteger)
    created_by: str = Field(max_length=50)
    created_at: datetime = Field(sa_column_kwargs=NOW)
    requested_at: datetime = Field(sa_column_kwargs=NOW)
    expires_at: datetime | None
