"""The schemas of what a vendor has had remembered of headers."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from api.schemas.decisions import MAX_HEADER_LENGTH, check_unit, our_column
from api.schemas.text import storable
from pipeline.domain.weights import WeightUnit
from pipeline.postgres.remembered_headers import name_of

_EXAMPLE: JsonDict = {"header": "Bestell-Nr.", "column": "sku", "unit": None}


def _has_a_name(header: str) -> str:
    if not name_of(header):
        raise ValueError("has no letter or digit by which a header could be known again")
    return header


Header = Annotated[
    str, Field(min_length=1, max_length=MAX_HEADER_LENGTH), AfterValidator(storable), AfterValidator(_has_a_name)
]


class RememberedView(BaseModel):
    """A header as it was spelled; how it is spelled in a file matters as little as for our own names."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    header: str
    column: str | None = Field(description="Null if the header is not used.")
    unit: WeightUnit | None = Field(description="In which its weights are; null if its name says it.")


class HeaderMeaning(BaseModel):
    """What a header is meant for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"column": "sku"}, {"column": "weight_kg", "unit": "g"}]}
    )

    column: Annotated[str, Field(max_length=40), AfterValidator(our_column)] | None = Field(
        description="One of our columns; null if the header is not used."
    )
    unit: WeightUnit | None = None

    @model_validator(mode="after")
    def _unit_of_a_weight(self) -> Self:
        check_unit(self.column, self.unit)
        return self
