"""Fields of forms and filters: what is left empty is sent all the same, and says nothing."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field


def _none_if_blank(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").strip() or None


Blank = BeforeValidator(_none_if_blank)
"""An empty field is none."""

Words = Annotated[str | None, Field(max_length=200), Blank]
Day = Annotated[date | None, Field(ge=date(1970, 1, 1), le=date(9000, 1, 1)), Blank]
Cursor = Annotated[str | None, Blank]
