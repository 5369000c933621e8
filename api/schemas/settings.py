"""The schemas of a vendor's settings."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.schemas.uploads import VendorId
from pipeline.domain.decisions import BlankCells, UploadMode

_DEFAULT_MODE = "The mode of direct drops, and the one that the portal offers first."
_BLANK_CELLS = "What a blank cell of an optional column does to an existing product, unless a request decides it."


def _without_default(schema: JsonDict) -> None:
    schema.pop("default")  # a setting that is left out keeps its value


class SettingsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vendor_id: VendorId | None = Field(default=None, description="Support only: whose settings.")


class SettingsView(BaseModel):
    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"default_mode": "upsert", "blank_cells": "keep"}]}
    )

    default_mode: UploadMode = Field(description=_DEFAULT_MODE)
    blank_cells: BlankCells = Field(description=_BLANK_CELLS)


class SettingsChange(BaseModel):
    """The settings to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"default_mode": "upsert"}]})

    default_mode: UploadMode = Field(
        default=UploadMode.CREATE, description=_DEFAULT_MODE, json_schema_extra=_without_default
    )
    blank_cells: BlankCells = Field(
        default=BlankCells.KEEP, description=_BLANK_CELLS, json_schema_extra=_without_default
    )
