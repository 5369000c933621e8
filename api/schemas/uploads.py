"""The schemas of uploads: requests, queries and answers."""

import json
import re
from typing import Annotated, Literal

from fastapi import UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from api.schemas.decisions import DecisionFields
from api.schemas.lists import ListQuery, QueryMoment, WholeNumber
from api.schemas.text import storable
from pipeline.domain.cells import clean
from pipeline.domain.decisions import UploadMode
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import FailureCode
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.upload_view import Moment
from pipeline.outcome.upload_view import UploadView as UploadView


def _plain_name(name: str) -> str:
    if re.search(_NOT_IN_NAMES, name):
        raise ValueError(
            "a file name must not contain a slash, backslash, control character, line separator or direction mark"
        )
    if not clean(name):
        raise ValueError("a file name must not be blank")
    if name in _FOLDERS:  # an address cannot end in them: clients would shorten it
        raise ValueError(f"{name} is a folder; give the name of a file, such as products.csv")
    return name


_ODD_CHARACTERS = r"/\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_NOT_IN_NAMES = f"[{_ODD_CHARACTERS}]"
_FOLDERS = [".", ".."]
# Without lookahead: tools that generate names from a pattern with one search for a minute.
_PATTERN = rf"^[^{_ODD_CHARACTERS}]*[^{_ODD_CHARACTERS}\s][^{_ODD_CHARACTERS}]*$"
FileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        json_schema_extra={"pattern": _PATTERN, "not": {"enum": [*_FOLDERS]}},
    ),
    AfterValidator(_plain_name),
]


_STORABLE: dict[str, JsonValue] = {"pattern": r"^[^\x00]*$"}
Reference = Annotated[str, Field(max_length=200, json_schema_extra=_STORABLE), AfterValidator(storable)]
VendorId = Annotated[str, Field(max_length=50, json_schema_extra=_STORABLE), AfterValidator(storable)]


class NewUpload(DecisionFields):
    """A file that a vendor is about to send."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"file_name": "products.csv", "size_bytes": 52_428}]},
    )

    file_name: FileName
    size_bytes: int | None = Field(default=None, ge=0, description="The file sent must have exactly this size.")
    dry_run: bool = Field(default=False, description="Check everything, but do not change the catalogue.")
    reference: Reference | None = Field(default=None, description="Your own name for it.")
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose upload this is.")


def _true_or_false(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("must be true or false")
    return value


Flag = Annotated[bool, BeforeValidator(_true_or_false)]
"""A boolean in a query, where every value is text."""


def _as_written_in_forms(value: object) -> object:
    return _FORM_FLAGS.get(value.casefold(), value) if isinstance(value, str) else value


_FORM_FLAGS = {"true": "true", "1": "true", "on": "true", "false": "false", "0": "false", "off": "false"}
FormFlag = Annotated[bool, BeforeValidator(_true_or_false), BeforeValidator(_as_written_in_forms)]
"""A boolean in a form, as the usual clients write it."""


def _the_file_itself(value: object) -> object:
    if isinstance(value, str):
        raise ValueError("must be a file with its name: with curl `-F file=@products.csv`, including the @")
    return value


class Decided(DecisionFields):
    """Decisions about an upload."""

    model_config = ConfigDict(extra="forbid", strict=True)


MAX_OMITTED = 1_000
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Applied(DecisionFields):
    """What is decided differently when a stored file is processed again."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"mapping": {"sku": "Bestell-Nr."}, "remember": True}, {"mode": "upsert"}]},
    )

    dry_run: bool = Field(default=False, description="Check everything, but do not change the catalogue.")
    reference: Reference | None = Field(default=None, description="Your own name for it.")
    omit: list[RowNumber] = Field(
        default=[],
        max_length=MAX_OMITTED,
        description="Rows that are not applied, by `row_number`; only of a dry run that is applied as it is. They end"
        " as `PLAN_OUTDATED`.",
        examples=[[3, 9]],
    )


class Undone(BaseModel):
    """How an upload is taken back."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"dry_run": True}]})

    dry_run: bool = Field(default=False, description="Show what would be taken back, but do not change the catalogue.")


def _as_object(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be a JSON object") from None


class SentFile(BaseModel):
    """A small file; the other fields are those of a new upload."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[UploadFile, BeforeValidator(_the_file_itself)]
    file_name: str | None = Field(
        default=None, max_length=200, description="If it differs from the name in the part `file`."
    )
    size_bytes: int | None = Field(default=None, ge=0)
    dry_run: FormFlag = False
    reference: Reference | None = None
    mode: UploadMode | None = None
    decisions: Annotated[Decided, BeforeValidator(_as_object)] | None = Field(
        default=None, description="Decisions about the upload, as a JSON object.", examples=['{"mode": "update"}']
    )
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose upload this is.")

    def new_upload(self, received: int) -> NewUpload:
        """The same request as JSON. Raises RequestValidationError for values that the JSON call refuses."""
        fields = self.model_dump(exclude={"file", "decisions"}, exclude_none=True)
        fields |= {"file_name": self.file_name or self.file.filename or ""}
        decisions = self.decisions.requested() | {"remember": self.decisions.remember} if self.decisions else {}
        if self.mode and decisions.get("mode", self.mode) != self.mode:
            error = {"loc": ("body", "mode"), "msg": "differs from the mode in decisions", "type": "value_error"}
            raise RequestValidationError([error])
        fields |= decisions
        if self.size_bytes not in {None, received}:
            error = {"loc": ("body", "size_bytes"), "msg": f"{received} bytes were received", "type": "value_error"}
            raise RequestValidationError([error])
        try:
            return NewUpload(**fields)
        except ValidationError as invalid:
            errors = [dict(error) | {"loc": ("body", *error["loc"])} for error in invalid.errors()]
            raise RequestValidationError(errors) from None


class UploadAddress(BaseModel):
    """How to send the file: with this method, to this address, with exactly these headers."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]
    expires_at: Moment


class AnnouncedUpload(UploadView):
    """A new upload with the address to which its file is sent."""

    upload: UploadAddress


class UploadsQuery(ListQuery):
    status: list[UploadStatus] = Field(default=[])
    from_: QueryMoment | None = Field(default=None, alias="from")
    to: QueryMoment | None = None
    file_name: str | None = None
    reference: str | None = None
    dry_run: Flag | None = None
    mode: UploadMode | None = None
    source_upload_id: str | None = Field(default=None, description="Those that process the file of this upload again.")
    vendor_id: str | None = Field(default=None, description="Support only.")
    failure_code: FailureCode | None = Field(default=None, description="Support only.")


class ErrorsQuery(ListQuery):
    error_type: ErrorType | None = None
    error_field: str | None = None
    row_number: WholeNumber | None = Field(default=None, ge=1, le=2**31 - 1)
    sku: str | None = None


class ProblemView(BaseModel):
    """A refusal (RFC 9457). Rely on `code`; read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[dict[str, str]] | None = None
