"""The shapes of requests and answers, as the OpenAPI document shows them."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from pipeline.domain.cells import clean
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import FailureCode
from pipeline.domain.uploads import UploadMode, UploadStatus
from pipeline.outcome.upload_view import Moment as Moment
from pipeline.outcome.upload_view import UploadView as UploadView

Item = TypeVar("Item")


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _as_moment(value: object, as_time: ValidatorFunctionWrapHandler) -> object:
    """A date means its first moment, in UTC; so does a time without a zone. A bare number means neither."""
    if isinstance(value, str) and not _DATE.match(value):
        raise ValueError(_NO_MOMENT)
    try:
        if isinstance(value, str) and len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time.min, UTC)
        return as_time(value)
    except ValueError:
        raise ValueError(_NO_MOMENT) from None


_NO_MOMENT = "there is no such date or time; give one such as 2026-11-22 or 2026-11-22T10:30:00Z"


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("this is before the first year or after the last") from None


GivenMoment = Annotated[
    datetime,
    WrapValidator(_as_moment),
    AfterValidator(_in_utc),
]
"""A time or a date (UTC) in a query."""


def _plain_name(name: str) -> str:
    if re.search(_NOT_IN_NAMES, name):
        raise ValueError("a file name has no slash, backslash, control character, line separator or direction mark")
    if not clean(name):
        raise ValueError("a file name is not only blanks")
    if name in _OF_FOLDERS:
        raise ValueError(
            f"{name} is the name of a folder, and no address can end in it; name the file, as products.csv"
        )
    return name


_ODD_CHARACTERS = r"/\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_NOT_IN_NAMES = f"[{_ODD_CHARACTERS}]"
_OF_FOLDERS = [".", ".."]
FileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        json_schema_extra={"pattern": rf"^(?=.*\S)[^{_ODD_CHARACTERS}]+$", "not": {"enum": [*_OF_FOLDERS]}},
    ),
    AfterValidator(_plain_name),
]


def _storable(text: str) -> str:
    """No text in the database has U+0000, and PostgreSQL refuses to look for it."""
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text


_STORABLE: dict[str, JsonValue] = {"pattern": r"^[^\x00]*$"}
Reference = Annotated[str, Field(max_length=200, json_schema_extra=_STORABLE), AfterValidator(_storable)]
VendorId = Annotated[str, Field(max_length=50, json_schema_extra=_STORABLE), AfterValidator(_storable)]


class NewUpload(BaseModel):
    """A file that a vendor is about to send."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"file_name": "products.csv", "size_bytes": 52_428}]},
    )

    file_name: FileName
    size_bytes: int | None = Field(default=None, ge=0, description="Exactly as many bytes must then be sent.")
    dry_run: bool = Field(default=False, description="Check everything, change nothing in the catalogue.")
    reference: Reference | None = Field(default=None, description="Your own name for it.")
    mode: UploadMode = Field(default=UploadMode.CREATE, strict=False)  # strictly, only a member would do, no text
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose upload this is.")


def _true_or_false(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("say true or false")
    return value


Flag = Annotated[bool, BeforeValidator(_true_or_false)]
"""A switch in a form or a query, where everything is text."""


def _the_file_itself(value: object) -> object:
    if isinstance(value, str):
        raise ValueError("send the file itself and its name: with curl `-F file=@products.csv`, not without the @")
    return value


class SentFile(BaseModel):
    """A small file with what is to be said of it; the fields are those of a new upload."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[UploadFile, BeforeValidator(_the_file_itself)]
    file_name: str | None = Field(default=None, max_length=200, description="If it is not that of the part `file`.")
    size_bytes: int | None = Field(default=None, ge=0)
    dry_run: Flag = False
    reference: Reference | None = None
    mode: UploadMode = UploadMode.CREATE
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose upload this is.")

    def announced(self, received: int) -> NewUpload:
        """The same as a JSON call would say it. Raises RequestValidationError for what that call refuses."""
        said = self.model_dump(exclude={"file"}) | {"file_name": self.file_name or self.file.filename or ""}
        if self.size_bytes not in {None, received}:
            error = {"loc": ("body", "size_bytes"), "msg": f"{received} bytes were received", "type": "value_error"}
            raise RequestValidationError([error])
        try:
            return NewUpload(**said)
        except ValidationError as invalid:
            errors = [dict(error) | {"loc": ("body", *error["loc"])} for error in invalid.errors()]
            raise RequestValidationError(errors) from None


class UploadAddress(BaseModel):
    """Where and how to send the file: this method, this address, exactly these headers."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]
    expires_at: Moment


class AnnouncedUpload(UploadView):
    """A new upload with the address that its file goes to."""

    upload: UploadAddress


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None


class ListQuery(BaseModel):
    """A query: a parameter that we do not know is refused, so that a misspelt filter never goes unnoticed."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        return _storable(value) if isinstance(value, str) else value


class UploadsQuery(ListQuery):
    status: list[UploadStatus] = []
    from_: GivenMoment | None = Field(default=None, alias="from")
    to: GivenMoment | None = None
    file_name: str | None = None
    reference: str | None = None
    dry_run: Flag | None = None
    vendor_id: str | None = Field(default=None, description="Support only.")
    failure_code: FailureCode | None = Field(default=None, description="Support only.")


class ErrorsQuery(ListQuery):
    error_type: ErrorType | None = None
    error_field: str | None = None
    row_number: int | None = Field(default=None, ge=1, le=2**31 - 1)
    sku: str | None = None


class NoQuery(BaseModel):
    """For calls without parameters: any is refused."""

    model_config = ConfigDict(extra="forbid")


class ProblemView(BaseModel):
    """A refusal (RFC 9457). Rely on `code`; read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[dict[str, str]] | None = None
