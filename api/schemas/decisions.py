"""What a caller decides about an upload: each field is optional, and has its value from the vendor's settings."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from api.schemas.text import storable
from pipeline.domain.columns import COLUMNS
from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.numbers import NumberFormat
from pipeline.postgres.rows import Vendor


def _known_columns(defaults: dict[str, str]) -> dict[str, str]:
    for column in defaults:
        if column not in COLUMNS or column in IDENTIFIERS:
            raise ValueError(f"{column} is no column that can have a default")
    return defaults


_MAX_DEFAULT_LENGTH = 200
_Default = Annotated[str, Field(max_length=_MAX_DEFAULT_LENGTH), AfterValidator(storable)]


class DecisionFields(BaseModel):
    """Strict mode would accept only enum members, no text."""

    mode: UploadMode | None = Field(
        default=None,
        strict=False,
        description="What the rows do: `create` products (the default), `update` existing ones, or `upsert`, whichever"
        " is due.",
    )
    blank_cells: BlankCells | None = Field(
        default=None,
        strict=False,
        description="Whether a blank cell of an optional column keeps the value of an existing product, or clears it.",
    )
    defaults: Annotated[dict[str, _Default], AfterValidator(_known_columns)] | None = Field(
        default=None,
        description="The cells that stand in for blank ones, by column, in rows that create a product.",
        examples=[{"stock_quantity": "0"}],
    )

    number_format: NumberFormat | None = Field(
        default=None,
        strict=False,
        description="How to read a price or weight that can be read in two ways, such as `1,299`. By default, the other"
        " cells of its column decide.",
    )

    def requested(self) -> dict[str, Any]:
        """The decisions that the request names."""
        return self.model_dump(mode="json", include=set(DecisionFields.model_fields), exclude_none=True)

    def resolved(self, vendor: Vendor) -> Decisions:
        """The decisions with those of the vendor's settings."""
        settings = {"blank_cells": vendor.blank_cells, "number_format": vendor.number_format}
        return Decisions.of(settings | self.requested())
