"""The schemas of a vendor's settings."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.schemas.lists import ListQuery
from api.schemas.uploads import VendorId
from pipeline.domain.decisions import BlankCells, OptionalValues, UploadMode
from pipeline.domain.numbers import NumberFormat

_DEFAULT_MODE = "The mode of direct drops, and the one that the portal offers first."
_NUMBER_FORMAT = (
    "How to read a price or weight that can be read in two ways, unless a request decides it. Null if the other cells"
    " of its column decide."
)
_OPTIONAL_VALUES = (
    "Whether a value that breaks a rule rejects its row although its column is optional, unless a request decides it."
)
_BLANK_CELLS = "What a blank cell of an optional column does to an existing product, unless a request decides it."


def _without_default(schema: JsonDict) -> None:
    schema.pop("default")  # a setting that is left out keeps its value


class SettingsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vendor_id: VendorId | None = Field(default=None, description="Support only: whose settings.")


class VendorListQuery(ListQuery):
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose.")


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
                }
            ]
        },
    )

    default_mode: UploadMode = Field(description=_DEFAULT_MODE)
    blank_cells: BlankCells = Field(description=_BLANK_CELLS)
    number_format: NumberFormat | None = Field(description=_NUMBER_FORMAT)
    optional_values: OptionalValues = Field(description=_OPTIONAL_VALUES)


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
