"""The rows of the tables that clients ask about. The schema itself is in `sql/migrations/`."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.domain.uploads import AWAITING_UPLOAD


@dataclass(slots=True)
class Vendor:
    vendor_id: str
    vendor_name: str
    email: str
    phone: str | None
    status: str


@dataclass(slots=True)
class Upload:
    """One upload, as it begins where nothing else is said; the columns that only workers need are left out."""

    upload_id: str
    file_name: str
    file_s3_key: str
    upload_timestamp: datetime
    vendor_id: str | None = None
    claimed_vendor_id: str | None = None
    file_size_bytes: int | None = None
    total_records: int | None = None
    valid_records: int = 0
    error_records: int = 0
    not_processed_records: int = 0
    errors_by_type: dict[str, int] = field(default_factory=dict)
    status: str = AWAITING_UPLOAD
    failure: dict[str, Any] | None = None
    warnings: list[dict[str, Any]] = field(default_factory=list)
    reference: str | None = None
    mode: str = "create"
    dry_run: bool = False
    created_by: str | None = None
    parent_upload_id: str | None = None
    corrected_records: int = 0
    expires_at: datetime | None = None
    processing_started_at: datetime | None = None
    last_progress_at: datetime | None = None
    processing_completed_at: datetime | None = None
    notified_at: datetime | None = None
    file_version_id: str | None = None
    file_sha256: str | None = None
    file_encoding: str | None = None
    file_delimiter: str | None = None
    file_header_row: int | None = None
    file_columns: list[dict[str, Any]] | None = None
    error_file_s3_key: str | None = None
    fix_file_s3_key: str | None = None
    rules_version: str | None = None


@dataclass(slots=True)
class ValidationError:
    error_id: int
    upload_id: str
    vendor_id: str
    row_number: int
    line: int
    sheet_row: int
    vendor_product_id: str | None
    sku: str | None
    error_type: str
    error_field: str | None
    error_message: str
    value: str | None
    suggestion: str | None
    conflict: dict[str, Any] | None
    report_order: int
    original_data: dict[str, Any] | None
    created_at: datetime


@dataclass(slots=True)
class CatalogueProduct:
    """One entry of the validated catalogue, and the upload and row that set it."""

    product_id: int
    vendor_id: str
    vendor_product_id: str
    product_name: str
    category: str
    subcategory: str | None
    description: str | None
    sku: str
    brand: str | None
    price: Decimal
    compare_at_price: Decimal | None
    stock_quantity: int
    unit: str
    weight_kg: Decimal | None
    dimensions_cm: str | None
    image_url: str | None
    upload_id: str | None
    row_number: int | None
    line: int | None
    status: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Webhook:
    webhook_id: str
    vendor_id: str
    url: str
    events: list[str]
    secret: str = field(repr=False)
    created_at: datetime
    disabled_at: datetime | None


@dataclass(slots=True)
class WebhookDelivery:
    """One event for one webhook. Only the sender changes what is in it."""

    delivery_id: str
    webhook_id: str
    event: str
    upload_id: str | None
    attempts: int
    next_attempt_at: datetime | None
    sending_since: datetime | None
    last_status_code: int | None
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime


def columns_of(row: type, table: str) -> str:
    """The columns of a table that make such a row, in its order: `Upload(*values)`."""
    return ", ".join(f"{table}.{column.name}" for column in fields(row))
