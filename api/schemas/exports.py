"""The schemas of exports."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas.lists import QueryMoment
from api.schemas.text import storable
from api.schemas.uploads import VendorId
from pipeline.domain.columns import COLUMNS, ListingStatus
from pipeline.domain.exports import ExportFormat, ExportStatus
from pipeline.outcome.upload_view import Moment


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


ExportColumn = StrEnum("ExportColumn", {column.upper(): column for column in COLUMNS})  # type: ignore[misc]
"""A column of a product file."""


class NewExport(BaseModel):
    """Which products, and in which format."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"format": "xlsx"}]})

    format: ExportFormat
    status: Annotated[list[ListingStatus], BeforeValidator(_as_list)] = Field(
        default=[ListingStatus.ACTIVE], min_length=1, max_length=10, description="One or a list; those on sale."
    )
    category: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)] | None = Field(
        default=None, description="A part of it, in any capitals."
    )
    updated_since: QueryMoment | None = None
    columns: list[ExportColumn] = Field(
        default=[],
        max_length=len(COLUMNS),
        description="All of them, unless this says otherwise. The vendor product id and the SKU are always there.",
    )
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose products.")


_EXAMPLE: dict[str, Any] = {
    "export_id": "EXPORT_20261201_091500_k3m9x2pa",
    "vendor_id": "VEND001",
    "format": "csv",
    "filters": {"status": ["active"], "category": "Electronics", "updated_since": "2026-11-01T00:00:00.000Z"},
    "columns": ["vendor_product_id", "sku", "price"],
    "status": "ready",
    "products": 1874,
    "url": "https://bucket.s3.eu-central-1.amazonaws.com/exports/VEND001/…",
    "changes_after": "WzQ3MTEsMCwxNzY0NTgwMDAwXQ.c2lnbmF0dXJl",
    "failure": None,
    "created_at": "2026-12-01T09:15:00.412Z",
    "expires_at": "2026-12-08T09:15:03.118Z",
    "links": {"self": "https://onboarding.example/v1/exports/EXPORT_20261201_091500_k3m9x2pa"},
}


class ExportFilters(BaseModel):
    status: list[ListingStatus]
    category: str | None
    updated_since: Moment | None


class ExportLinks(BaseModel):
    self: str


class ExportView(BaseModel):
    """An export of the catalogue. It shows one moment, however long it took to write."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    export_id: str
    vendor_id: str
    format: ExportFormat
    filters: ExportFilters
    columns: list[str]
    status: ExportStatus
    products: int | None = Field(description="How many it has; null until it is ready.")
    url: str | None = Field(description="The file, for five minutes; ask again for a new address.")
    changes_after: str | None = Field(
        description="For `after` of `/v1/changes`: what happened since the moment that the export shows."
    )
    failure: str | None = Field(description="Why it could not be written, and what to do.")
    created_at: Moment
    expires_at: Moment | None = Field(description="Until when the file is kept.")
    links: ExportLinks
