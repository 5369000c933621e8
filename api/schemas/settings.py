"""The schemas of a vendor's settings."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.schemas.lists import ListQuery
from api.schemas.uploads import VendorId
from pipeline.domain.decisions import BlankCells, OptionalValues, UploadMode
from pipeline.domain.guards import Thresholds
from pipeline.domain.numbers import NumberFormat
from pipeline.postgres.rows import Vendor

_DEFAULT_MODE = "The mode of direct drops, and the one that the portal offers first."
_NUMBER_FORMAT = (
    "How to read a price or weight that can be read in two ways, unless a request decides it. Null if the other cells"
    " of its column decide."
)
_OPTIONAL_VALUES = (
    "Whether a value that breaks a rule rejects its row although its column is optional, unless a request decides it."
)
_BLANK_CELLS = "What a blank cell of an optional column does to an existing product, unless a request decides it."
_MASS_WITHDRAWAL = "Of your active products, how many a file may withdraw."
_MASS_ZERO_STOCK = "Of the products in stock that a file names, how many it may set to a stock of 0."
_PRICE_CLIFF = "Of the products that a file names, how many may get more than double or less than half their price."
_Percent = Annotated[int, Field(ge=0, le=100)]


def _without_default(schema: JsonDict) -> None:
    schema.pop("default")  # a setting that is left out keeps its value


class SettingsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vendor_id: VendorId | None = Field(default=None, description="Support only: whose settings.")


class VendorListQuery(ListQuery):
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose.")


class GuardThresholds(BaseModel):
    """In per cent: a file that does it to more products needs a confirmation."""

    model_config = ConfigDict(from_attributes=True)

    MASS_WITHDRAWAL: _Percent = Field(description=_MASS_WITHDRAWAL)
    MASS_ZERO_STOCK: _Percent = Field(description=_MASS_ZERO_STOCK)
    PRICE_CLIFF: _Percent = Field(description=_PRICE_CLIFF)


class GuardChange(BaseModel):
    """In per cent; null for what holds for every vendor. The others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    MASS_WITHDRAWAL: _Percent | None = Field(
        default=None, description=_MASS_WITHDRAWAL, json_schema_extra=_without_default
    )
    MASS_ZERO_STOCK: _Percent | None = Field(
        default=None, description=_MASS_ZERO_STOCK, json_schema_extra=_without_default
    )
    PRICE_CLIFF: _Percent | None = Field(default=None, description=_PRICE_CLIFF, json_schema_extra=_without_default)


class SettingsView(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "default_mode": "upsert",
                    "blank_cells": "keep",
                    "number_format": None,
                    "optional_values": "reject",
                    "guards": {"MASS_WITHDRAWAL": 20, "MASS_ZERO_STOCK": 50, "PRICE_CLIFF": 20},
                }
            ]
        },
    )

    default_mode: UploadMode = Field(description=_DEFAULT_MODE)
    blank_cells: BlankCells = Field(description=_BLANK_CELLS)
    number_format: NumberFormat | None = Field(description=_NUMBER_FORMAT)
    optional_values: OptionalValues = Field(description=_OPTIONAL_VALUES)
    guards: GuardThresholds = Field(description="Only support changes them.")

    @classmethod
    def of(cls, vendor: Vendor, thresholds: Thresholds) -> Self:
        """`thresholds` are those of the installation, for vendors that have none of their own."""
        return cls.model_validate({**vendor.model_dump(), "guards": {**thresholds, **vendor.guards}})


class SettingsChange(BaseModel):
    """The settings to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"default_mode": "upsert"}]})

    default_mode: UploadMode = Field(
        default=UploadMode.CREATE, description=_DEFAULT_MODE, json_schema_extra=_without_default
    )
    blank_cells: BlankCells = Field(
        default=BlankCells.KEEP, description=_BLANK_CELLS, json_schema_extra=_without_default
    )
    number_format: NumberFormat | None = Field(
        default=None, description=_NUMBER_FORMAT, json_schema_extra=_without_default
    )
    optional_values: OptionalValues = Field(
        default=OptionalValues.REJECT, description=_OPTIONAL_VALUES, json_schema_extra=_without_default
    )
    guards: GuardChange = Field(default=GuardChange(), description="Support only.", json_schema_extra=_without_default)

    @property
    def columns(self) -> dict[str, str | None]:
        """The new values by column, but for the guards."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"guards"})
