"""The schemas of answers that only read: the row ledger, summaries, vendors, the catalogue, the rules."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas.lists import ListQuery, Page, QueryMoment, WholeNumber
from api.schemas.products import ValueChange
from pipeline.domain.errors import ErrorType, GroupBy
from pipeline.domain.keys import Role
from pipeline.domain.uploads import Outcome, RowStatus
from pipeline.outcome.notifications import Cause
from pipeline.outcome.upload_view import Moment
from pipeline.postgres.tables import (
    CategoryFields,
    ErrorFacts,
    ErrorFields,
    Number,
    ValidationError,
)


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [fields]})


class SuggestedFix(BaseModel):
    """One of the `fixes` of a correction."""

    error_type: str
    error_field: str | None
    value: str | None
    suggested: Literal[True] = True


class CauseView(BaseModel):
    """One cause of errors in an upload."""

    model_config = _example(
        error_type="INVALID_CATEGORY", error_field="category", value="Elektronics", count=12, rows=[3, 4, 9, 15, 21],
        suggestion="Electronics", candidates=[],
        fix={"error_type": "INVALID_CATEGORY", "error_field": "category", "value": "Elektronics", "suggested": True},
    )  # fmt: skip

    error_type: str
    error_field: str | None
    value: str | None = Field(description="Only if the value is the cause (an unknown category), otherwise null.")
    count: int = Field(description="The number of errors.")
    rows: list[int] = Field(description="The numbers of the first five rows.")
    suggestion: str | None
    candidates: list[str] = Field(description="What may be meant, where there is no one suggestion.")
    fix: SuggestedFix | None = Field(description="Writes all suggestions of this cause, in a correction; or null.")

    @classmethod
    def of(cls, cause: Cause, candidates: list[str]) -> Self:
        fix = SuggestedFix.model_validate(cause, from_attributes=True) if cause.is_suggested else None
        return cls(**{**asdict(cause), "candidates": candidates, "fix": fix})


class CausesQuery(ListQuery):
    """Pages, without filters."""


class ErrorView(ErrorFields):
    """One error of one record, by one rule, in one field."""

    candidates: list[str] = Field(description="What may be meant, where there is no one suggestion.")
    help_url: str
    created_at: Moment

    @classmethod
    def of(cls, error: ValidationError, api_url: str, candidates: list[str]) -> Self:
        added = {"help_url": f"{api_url}/docs#{error.error_type}", "candidates": candidates}
        return cls.model_validate(error.model_dump() | added)


class RowErrorView(ErrorFacts):
    """One error of a row; `/errors?row_number=` has all its fields."""


class RowView(BaseModel):
    """One row of an upload and its outcome."""

    model_config = _example(
        row_number=15, line=18, sheet_row=16, status="error", outcome="error", sku="SKU-015",
        vendor_product_id="PROD0015", product_id=None, changes={}, superseded_by=None, superseded_fields=[],
        kept={}, left_out={}, errors=[{
            "error_type": "INVALID_PRICE", "error_field": "price", "error_message": "Price must be at least 0.01",
            "value": "-10.00", "suggestion": None,
        }],
    )  # fmt: skip

    row_number: int
    line: int | None = Field(description="Null while pending, and for products of long ago.")
    sheet_row: int | None = Field(description="Null as `line` is.")
    status: RowStatus = Field(description="`pending`: not decided yet; never decided if the upload has ended.")
    outcome: Outcome
    sku: str | None = Field(description="Null while pending.")
    vendor_product_id: str | None
    product_id: int | None = Field(description="The product that the row has written; null if it wrote nothing.")
    changes: dict[str, ValueChange] = Field(
        description="By column, what the row changed; in a dry run, what it would change. Empty for a creation, but"
        " for a product that the undo of an undo creates again."
    )
    superseded_by: str | None = Field(description="The latest upload to which changes of this row were lost.")
    superseded_fields: list[str] = Field(description="The columns whose changes were lost to later uploads.")
    kept: dict[str, str] = Field(
        description="Of an undo: by column, what the row did not restore, and the latest upload that changed it since."
    )
    left_out: dict[str, str] = Field(
        description="By column, the cells that the row was accepted without, as received (long ones are shortened);"
        " only with `optional_values` `leave_out`."
    )
    errors: list[RowErrorView]


class RecordsQuery(ListQuery):
    status: list[RowStatus] = Field(default=[])
    outcome: list[Outcome] = Field(default=[])
    row_number: WholeNumber | None = Field(default=None, ge=1, le=2**31 - 1)
    sku: str | None = None


class FoundErrorView(ErrorView):
    """An error and its vendor."""

    vendor_id: str


def _plausible(moment: QueryMoment) -> QueryMoment:
    if not 1970 <= moment.year <= 9000:
        raise ValueError("must be from 1970 to 9000")
    return moment


PlausibleMoment = Annotated[QueryMoment, AfterValidator(_plausible)]


class SupportErrorsQuery(ListQuery):
    vendor_id: str | None = None
    upload_id: str | None = None
    error_type: ErrorType | None = None
    error_field: str | None = Field(default=None, description="Also finds it inside a list of missing fields.")
    sku: str | None = None
    vendor_product_id: str | None = None
    value: str | None = Field(default=None, description="A part of the value, in any capitals.")
    from_: PlausibleMoment | None = Field(default=None, alias="from")
    to: PlausibleMoment | None = None
    q: str | None = Field(default=None, description="A part of the message or the value. Quick from 3 characters.")


class ErrorGroupsQuery(SupportErrorsQuery):
    group_by: GroupBy = GroupBy.ERROR_TYPE


class ErrorGroupView(BaseModel):
    """The number of errors with the same `key`, and of the rows and uploads that have them."""

    model_config = _example(key="INVALID_PRICE", errors=1204, rows=1170, uploads=31)

    key: str | None = Field(description="Null for errors without a field or value. Days are UTC.")
    errors: int
    rows: int
    uploads: int


class ErrorGroupsPage(Page[ErrorGroupView]):
    """The largest groups first; days: the newest first. `from` and `to` are the period that was counted."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Moment | None = Field(alias="from", description="Null: everything before `to`.")
    to: Moment | None


class VendorView(BaseModel):
    """A vendor and the results of its last 30 days."""

    model_config = _example(
        vendor_id="VEND001", vendor_name="TechGear", status="active", last_upload_at="2026-11-22T10:30:45.123Z",
        uploads_30d=12, accepted_percent_30d=97.4,
    )  # fmt: skip

    vendor_id: str
    vendor_name: str
    status: str
    last_upload_at: Moment | None
    uploads_30d: int
    accepted_percent_30d: float | None = Field(
        description="Of the decided rows, without dry runs; rounded down to 0.1. Null if there were none."
    )


class VendorsQuery(ListQuery):
    """Pages, without filters."""


class CategoryView(CategoryFields):
    model_config = _example(category_name="Electronics", description="Audio, video, phones and other devices")


class CategoriesView(BaseModel):
    """The categories that a file may name, in any capitals."""

    version: str = Field(description="Changes with every change of a category.")
    items: list[CategoryView]


class ColumnRuleView(BaseModel):
    """What one column accepts. Lengths are in Unicode code points, without surrounding white space."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    required: bool
    max_length: int | None
    pattern: str | None
    minimum: Number | None
    maximum: Number | None
    default: str | None = Field(description="What an empty cell means.")
    example: str
    description: str


class RowRuleView(BaseModel):
    """A rule for every row."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{
            "number": 3, "code": "INVALID_STOCK_QUANTITY", "fields": ["stock_quantity"],
            "description": "The stock quantity is a whole number from 0 to 1000000.",
        }]},
    )  # fmt: skip

    number: int | None = Field(description="1 to 7; null for other codes.")
    code: str
    description: str
    fields: list[str]


class FileRuleView(BaseModel):
    """A reason why a file is not accepted; `failure.code` of an upload is one of these codes."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    description: str


class FileLimitsView(BaseModel):
    """How large a file may be."""

    model_config = _example(file_bytes=1073741824, rows=2000000, columns=500, row_bytes=262144)

    file_bytes: int
    rows: int
    columns: int
    row_bytes: int = Field(description="A longer row is a MALFORMED_ROW.")


class RulesView(BaseModel):
    """All rules for a file, generated from the code that validates it: enough to check a file elsewhere."""

    version: str = Field(description="As in an upload's `rules_version`.")
    columns: list[ColumnRuleView]
    rules: list[RowRuleView] = Field(description="In the order of the error report.")
    failures: list[FileRuleView] = Field(description="In the order in which they are checked.")
    synonyms: dict[str, list[str]] = Field(
        description="Column → what else its header may be called. Capitals, blanks, dashes and the like do not count.",
        examples=[{"sku": ["Artikelnummer", "Variant SKU"], "price": ["Prix TTC", "Verkaufspreis"]}],
    )
    categories: list[str] = Field(
        description="The names that rule 5 accepts now.", examples=[["Electronics", "Clothing"]]
    )
    limits: FileLimitsView


class LimitsView(FileLimitsView):
    """The limits, as configured now."""

    model_config = _example(
        version="5c1e0f3a9b7d", file_bytes=1073741824, rows=2000000, columns=500, row_bytes=262144,
        inline_file_bytes=4194304, upload_url_seconds=3600, report_link_seconds=604800, requests_per_second=50,
        requests_burst=200,
    )  # fmt: skip

    version: str = Field(description="Changes with every change of a limit.")
    inline_file_bytes: int = Field(description="The largest file for `POST /v1/uploads/file`.")
    upload_url_seconds: int
    report_link_seconds: int
    requests_per_second: float
    requests_burst: int


class Me(BaseModel):
    """The holder of the key."""

    model_config = _example(role="vendor", vendor_id="VEND001", vendor_name="TechGear", key_prefix="vk_3f9a")

    role: Role
    vendor_id: str | None
    vendor_name: str | None
    key_prefix: str
