"""What a caller decides about an upload: each field is optional, and has its value from the vendor's settings."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from api.schemas.text import storable
from pipeline.domain.cells import clean
from pipeline.domain.columns import CLEAR, COLUMNS
from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.records import Record, Row
from pipeline.postgres.rows import Vendor


def _known_columns(defaults: dict[str, str]) -> dict[str, str]:
    for column in defaults:
        if column not in COLUMNS or column in IDENTIFIERS:
            raise ValueError(f"{column} is no column that can have a default")
    cleaned = {column: clean(text) for column, text in defaults.items()}
    for column, text in cleaned.items():
        if not text or text.casefold() == CLEAR:
            raise ValueError(f"the default of {column} has no value")
        if problem := _problem_with(column, text):
            raise ValueError(f"the default of {column} fits no row: {problem}")
    return cleaned


def _problem_with(column: str, text: str) -> str | None:
    """The rules' objection to a value in any file; which categories there are is known when a file is read."""
    # Imported here, because few requests have defaults.
    from pipeline.checking.categories import AnyCategory
    from pipeline.checking.rules import errors_of

    record = Record(Row(0, 0, 0, []), {column: text}, {column: text}, needed=())
    return next((error.message for error in errors_of(record, AnyCategory())), None)


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

    def requested(self) -> dict[str, Any]:
        """The decisions that the request names."""
        return self.model_dump(mode="json", include=set(DecisionFields.model_fields), exclude_none=True)

    def resolved(self, vendor: Vendor) -> Decisions:
        """The decisions with those of the vendor's settings."""
        return Decisions.of({"blank_cells": vendor.blank_cells} | self.requested())
