"""The schemas of the catalogue: products, and what happened to them."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.lists import ListQuery, QueryMoment
from pipeline.domain.columns import ListingStatus
from pipeline.domain.uploads import Outcome
from pipeline.outcome.upload_view import Moment
from pipeline.postgres.tables import ProductFields


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [fields]})


class ValueChange(BaseModel):
    before: str | None
    after: str | None


class ProductsQuery(ListQuery):
    vendor_id: str | None = Field(default=None, description="Support only.")
    sku: str | None = None
    vendor_product_id: str | None = None
    category: str | None = Field(default=None, description="A part of it, in any capitals.")
    upload_id: str | None = None
    updated_since: QueryMoment | None = None
    status: list[ListingStatus] = Field(default=[], description="Products on sale, unless this says otherwise.")
    q: str | None = Field(default=None, description="A part of the name, brand, SKU or vendor product id.")


EXAMPLE_PRODUCT = {
    "product_id": 4711,
    "vendor_id": "VEND001",
    "vendor_product_id": "PROD0015",
    "product_name": "Aria Wireless Headphones",
    "category": "Electronics",
    "subcategory": None,
    "description": None,
    "sku": "SKU-015",
    "brand": "Nordvik",
    "price": 139.99,
    "compare_at_price": None,
    "stock_quantity": 8,
    "unit": "piece",
    "weight_kg": 0.26,
    "dimensions_cm": "19 x 17 x 8",
    "image_url": None,
    "status": "active",
    "upload_id": "UPLOAD_20261122_103045_k3m9x2pa",
    "row_number": 15,
    "line": 18,
    "created_at": "2026-11-22T10:31:02.018Z",
    "updated_at": "2026-11-23T08:15:31.402Z",
}
_SETTER = {"upload_id": "UPLOAD_20261123_081500_q7w2e4rt", "row_number": 3, "set_at": "2026-11-23T08:15:31.402Z"}


class ProductView(ProductFields):
    """One entry of the catalogue; `upload_id` and `row_number` are the row that created it."""

    model_config = _example(**EXAMPLE_PRODUCT)


class FieldSetter(BaseModel):
    """The row that last changed a field, and when."""

    model_config = ConfigDict(from_attributes=True)

    upload_id: str | None
    row_number: int | None
    set_at: Moment


class ProductDetails(ProductView):
    """A product with the rows that set its fields; a field that was never given is not among them."""

    model_config = _example(**EXAMPLE_PRODUCT, fields={"price": _SETTER})

    fields: dict[str, FieldSetter]


class HistoryQuery(ListQuery):
    """Pages, without filters."""


class ProductEvent(BaseModel):
    """A row that created the product, or changed it."""

    model_config = _example(
        upload_id="UPLOAD_20261123_081500_q7w2e4rt", row_number=3, outcome="updated",
        changes={"price": {"before": "140.99", "after": "139.99"}}, at="2026-11-23T08:15:31.402Z",
    )  # fmt: skip

    upload_id: str | None
    row_number: int | None
    outcome: Outcome
    changes: dict[str, ValueChange] = Field(description="By column; empty for the creation.")
    at: Moment
