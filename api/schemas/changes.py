"""The schemas of what happened to the catalogue, in order."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas.lists import WholeNumber
from api.schemas.products import EXAMPLE_PRODUCT, ProductView, ValueChange
from api.schemas.text import storable
from api.schemas.uploads import VendorId
from pipeline.domain.uploads import Outcome
from pipeline.outcome.upload_view import Moment


class ChangesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(
        default=None, description="`next_cursor` of the last answer, or `changes_after` of an export."
    )
    limit: WholeNumber = Field(default=50, ge=1, le=200)
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose.")

    @field_validator("after")
    @classmethod
    def _storable(cls, value: str | None) -> str | None:
        return value and storable(value)


_EXAMPLE: dict[str, Any] = {
    "product_id": EXAMPLE_PRODUCT["product_id"],
    "sku": EXAMPLE_PRODUCT["sku"],
    "vendor_product_id": EXAMPLE_PRODUCT["vendor_product_id"],
    "outcome": "updated",
    "changes": {"price": {"before": "140.99", "after": "139.99"}},
    "upload_id": "UPLOAD_20261123_081500_q7w2e4rt",
    "row_number": 3,
    "at": "2026-11-23T08:15:31.402Z",
    "product": EXAMPLE_PRODUCT
    | {"subcategory": "Audio", "description": "Over-ear, 30 hours", "compare_at_price": 159.99}
    | {"image_url": "https://shop.example/aria.jpg"},
}


class CatalogueChangeView(BaseModel):
    """A row that created, changed or removed a product."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    product_id: int
    sku: str
    vendor_product_id: str
    outcome: Outcome
    changes: dict[str, ValueChange] = Field(description="By column; empty for a creation.")
    upload_id: str
    row_number: int
    at: Moment
    product: ProductView | None = Field(
        description="The product as it is now, with what has happened to it since; null if it is no longer there."
    )


class ChangesPage(BaseModel):
    """What happened next, the oldest first."""

    items: list[CatalogueChangeView]
    next_cursor: str = Field(description="Ask again with it, also if there are no items: there may be some later.")
