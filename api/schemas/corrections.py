"""The schemas of corrections: what is written in which rejected rows."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, model_validator

from api.schemas.decisions import our_column
from api.schemas.text import storable
from api.schemas.uploads import UploadView
from pipeline.domain.errors import ErrorType
from pipeline.postgres.category_aliases import name_of
from pipeline.postgres.correction_rows import Fix, RowFix

MAX_ROWS, _MAX_OMITTED = 1_000, 100_000
_LONGEST_CELL = 20_000
_Cell = Annotated[str, Field(max_length=_LONGEST_CELL), AfterValidator(storable)]
_Column = Annotated[str, AfterValidator(our_column)]
_RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class CauseFix(BaseModel):
    """What to write in each row with an error of one cause: a value, or the suggestion of each error."""

    model_config = ConfigDict(extra="forbid", strict=True)

    error_type: ErrorType = Field(strict=False)
    error_field: Annotated[str, Field(max_length=200), AfterValidator(storable)] | None = None
    value: _Cell | None = Field(
        default=None, description="Only rows with this value, in any capitals; null: all rows with such an error."
    )
    set: _Cell | None = Field(default=None, description="What to write, as your file would.")
    suggested: Literal[True] | None = Field(default=None, description="Write the suggestion of each error.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.set is None) == (self.suggested is None):
            raise ValueError("needs either set or suggested")
        if self.set is not None:
            if not self.error_field or "," in self.error_field:
                raise ValueError("set needs one error_field; correct the rows one by one instead")
            our_column(self.error_field)
        return self

    @property
    def cause(self) -> tuple[str, str | None, str | None]:
        """What no two fixes may have in common."""
        return self.error_type, self.error_field, None if self.value is None else name_of(self.value)


class CorrectedCells(BaseModel):
    """What to write in the cells of one row; other cells stay as they are."""

    model_config = ConfigDict(extra="forbid", strict=True)

    row_number: _RowNumber
    set: dict[_Column, _Cell] = Field(description="By our columns, what to write, as your file would.")


class Correction(BaseModel):
    """Rejected rows, and what to write in them. Rows are sent again only if all of their errors are addressed."""

    # Of its lists, only the first wrong item is named: a million of them would take gigabytes.
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [
            {
                "fixes": [
                    {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": "Elektronik",
                     "set": "Electronics"},
                    {"error_type": "INVALID_PRICE", "error_field": "price", "suggested": True},
                ],
                "rows": [{"row_number": 15, "set": {"price": "12.50"}}],
                "omit": [3],
                "remember": True,
            }
        ]},
    )  # fmt: skip

    fixes: Annotated[list[CauseFix], FailFast()] = Field(
        default=[], description="By cause, as `errors/summary` lists them."
    )
    rows: Annotated[list[CorrectedCells], FailFast()] = Field(default=[], max_length=MAX_ROWS)
    omit: Annotated[list[_RowNumber], FailFast()] = Field(
        default=[], max_length=_MAX_OMITTED, description="Rows that this correction leaves as they are."
    )
    remember: bool = Field(
        default=False,
        description="Keep what is set for a category as its meaning in your later files. A dry run keeps nothing.",
    )
    dry_run: bool = Field(default=False, description="Check everything, but do not change the catalogue.")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({fix.cause for fix in self.fixes}) < len(self.fixes):
            raise ValueError("two fixes are for the same cause")
        if len({row.row_number for row in self.rows}) < len(self.rows):
            raise ValueError("a row occurs more than once")
        return self

    def cause_fixes(self) -> list[Fix]:
        return [Fix(fix.error_type, fix.error_field, fix.value, fix.set) for fix in self.fixes]

    def row_fixes(self) -> list[RowFix]:
        return [RowFix(row.row_number, row.set) for row in self.rows]

    def changed_columns(self) -> set[str]:
        fields = {fix.error_field for fix in self.fixes if fix.set is not None and fix.error_field}
        return fields.union(*(row.set for row in self.rows))


class CorrectedUpload(UploadView):
    """An upload that corrects another, and how many rows of that it has."""

    corrected_rows: int
