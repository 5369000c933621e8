"""What all lists share: their queries, with times in them, and their pages."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from api.schemas.text import storable

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None


class NoQuery(BaseModel):
    """For calls without parameters: refuses any."""

    model_config = ConfigDict(extra="forbid")


def _in_digits(value: object) -> object:
    # pydantic would also read `+1`, `1_0` and `1.0`.
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError("must be a whole number in digits")
    return value


_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,100}")
WholeNumber = Annotated[int, BeforeValidator(_in_digits)]
"""A number in an address."""


class ListQuery(BaseModel):
    """The query of a list. An unknown parameter is refused, so that a misspelt filter does not go unnoticed."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    limit: WholeNumber = Field(default=50, ge=1, le=200)
    cursor: str | None = None

    @field_validator("*")
    @classmethod
    def _storable(cls, value: object) -> object:
        return storable(value) if isinstance(value, str) else value


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NO_MOMENT = "there is no such date or time; give one such as 2026-11-22 or 2026-11-22T10:30:00Z"


def _as_moment(value: object, as_time: ValidatorFunctionWrapHandler) -> object:
    # pydantic would read a bare number as seconds since 1970; only what begins with a date is meant as a time.
    if isinstance(value, str) and not _DATE.match(value):
        raise ValueError(_NO_MOMENT)
    try:
        if isinstance(value, str) and len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time.min, UTC)
        return as_time(value)
    except ValueError:
        raise ValueError(_NO_MOMENT) from None


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("must not be before the first year or after the last") from None


QueryMoment = Annotated[datetime, WrapValidator(_as_moment), AfterValidator(_in_utc)]
"""A time or a date in a query; a date means its first moment, and both are in UTC unless they name a zone."""
