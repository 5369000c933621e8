"""The tables as the REST API reads and writes them, through SQLModel. The schema itself is in `sql/migrations/`."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, DateTime, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel


def _moment() -> Any:
    return Field(default=None, sa_type=DateTime(timezone=True))


class Vendor(SQLModel, table=True):
    __tablename__ = "vendors"

    vendor_id: str = Field(primary_key=True)
    vendor_name: str
    email: str
    phone: str | None = None
    status: str = "active"


class Upload(SQLModel, table=True):
    """One upload; the columns that only workers need are left out."""

    __tablename__ = "upload_history"

    upload_id: str = Field(primary_key=True)
    vendor_id: str | None = Field(default=None, foreign_key="vendors.vendor_id")
    claimed_vendor_id: str | None = None
    file_name: str
    file_size_bytes: int | None = None
    total_records: int | None = None
    valid_records: int = 0
    error_records: int = 0
    not_processed_records: int = 0
    errors_by_type: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSONB))
    status: str = "awaiting_upload"
    failure: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB))
    reference: str | None = None
    mode: str = "create"
    dry_run: bool = False
    created_by: str | None = None
    parent_upload_id: str | None = None
    corrected_records: int = 0
    upload_timestamp: datetime = _moment()
    expires_at: datetime | None = _moment()
    processing_started_at: datetime | None = _moment()
    last_progress_at: datetime | None = _moment()
    processing_completed_at: datetime | None = _moment()
    notified_at: datetime | None = _moment()
    file_s3_key: str
    file_version_id: str | None = None
    file_sha256: str | None = None
    file_encoding: str | None = None
    file_delimiter: str | None = None
    file_columns: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    error_file_s3_key: str | None = None
    fix_file_s3_key: str | None = None
    rules_version: str | None = None


class ValidationError(SQLModel, table=True):
    __tablename__ = "validation_errors"

    error_id: int | None = Field(default=None, primary_key=True)
    upload_id: str = Field(foreign_key="upload_history.upload_id")
    vendor_id: str
    row_number: int
    line: int
    sheet_row: int
    vendor_product_id: str | None = None
    sku: str | None = None
    error_type: str
    error_field: str | None = None
    error_message: str
    value: str | None = None
    suggestion: str | None = None
    conflict: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    report_order: int
    original_data: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    created_at: datetime = _moment()


class CatalogueProduct(SQLModel, table=True):
    """One entry of the validated catalogue, and the upload and row that set it."""

    __tablename__ = "products"

    product_id: int | None = Field(default=None, primary_key=True)
    vendor_id: str = Field(foreign_key="vendors.vendor_id")
    vendor_product_id: str
    product_name: str
    category: str
    subcategory: str | None = None
    description: str | None = None
    sku: str
    brand: str | None = None
    price: Decimal
    compare_at_price: Decimal | None = None
    stock_quantity: int
    unit: str
    weight_kg: Decimal | None = None
    dimensions_cm: str | None = None
    image_url: str | None = None
    upload_id: str | None = Field(default=None, foreign_key="upload_history.upload_id")
    row_number: int | None = None
    line: int | None = None
    status: str = "active"
    created_at: datetime = _moment()
    updated_at: datetime = _moment()


class Webhook(SQLModel, table=True):
    __tablename__ = "webhooks"

    webhook_id: str = Field(primary_key=True)
    vendor_id: str = Field(foreign_key="vendors.vendor_id")
    url: str
    events: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    secret: str = Field(repr=False)
    created_at: datetime = _moment()
    disabled_at: datetime | None = _moment()


class WebhookDelivery(SQLModel, table=True):
    """One event for one webhook. Only the sender changes what is in it."""

    __tablename__ = "webhook_deliveries"

    delivery_id: str = Field(primary_key=True)
    webhook_id: str = Field(foreign_key="webhooks.webhook_id")
    event: str
    upload_id: str | None = Field(default=None, foreign_key="upload_history.upload_id")
    attempts: int = 0
    next_attempt_at: datetime | None = _moment()
    sending_since: datetime | None = _moment()
    last_status_code: int | None = None
    last_error: str | None = None
    delivered_at: datetime | None = _moment()
    created_at: datetime = _moment()
