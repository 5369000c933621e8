"""The schemas of a vendor's own names for categories."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas.text import storable
from pipeline.postgres.category_aliases import name_of

_MAX_VALUE_LENGTH = 500


def _not_blank(value: str) -> str:
    if not name_of(value):
        raise ValueError("must not be blank")
    return value


AliasValue = Annotated[
    str, Field(min_length=1, max_length=_MAX_VALUE_LENGTH), AfterValidator(storable), AfterValidator(_not_blank)
]


class AliasView(BaseModel):
    """A name as it was spelled; capitals do not matter."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": "Elektronik", "category": "Electronics"}]})

    value: str
    category: str


class AliasMeaning(BaseModel):
    """What a name means."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"category": "Electronics"}]})

    category: str = Field(min_length=1, max_length=100, description="One of the marketplace's categories.")
