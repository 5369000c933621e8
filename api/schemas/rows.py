"""The schema of rows that are sent as JSON."""

import csv
import io
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, FailFast, Field

from api.schemas.decisions import MAX_HEADER_LENGTH
from api.schemas.text import storable
from api.schemas.uploads import FileName, NewUpload
from pipeline.domain.numbers import NumberFormat

MAX_ROWS = 1_000
_MAX_COLUMNS = 500
_MAX_CELL_LENGTH = 256 * 1024
_Header = Annotated[str, Field(min_length=1, max_length=MAX_HEADER_LENGTH), AfterValidator(storable)]


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a text, a number or null")
    return value


_Number = Annotated[float, Field(allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=_MAX_CELL_LENGTH), AfterValidator(storable)]
_Cell = Annotated[_Text | int | _Number | None, BeforeValidator(_no_boolean)]


def _not_too_wide(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    if len(_headers(rows)) > _MAX_COLUMNS:
        raise ValueError(f"have more than {_MAX_COLUMNS} names; at most {_MAX_COLUMNS} are allowed")
    return rows


def _headers(rows: list[dict[str, object]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


class SentRows(NewUpload):
    """Rows, each with its cells by name: our columns, or headers that are mapped as those of a file."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"mode": "update", "rows": [{"sku": "A-1", "price": "9.90"}]}]},
    )

    # Only the first wrong row is named: all of them may have more wrong cells than fit into memory as errors.
    rows: Annotated[list[dict[_Header, _Cell]], FailFast(), AfterValidator(_not_too_wide)] = Field(
        min_length=1, max_length=MAX_ROWS, description="Numbers have a decimal point, also those in texts."
    )
    file_name: FileName = "rows.csv"
    size_bytes: None = Field(default=None, exclude=True)

    def new_upload(self) -> NewUpload:
        """The same request for a file of these rows."""
        fields = self.model_dump(exclude={"rows", "size_bytes"}, exclude_none=True)
        return NewUpload(**fields | {"number_format": NumberFormat.DECIMAL_POINT, "encoding": "utf-8"})

    def file(self) -> bytes:
        """The rows as CSV."""
        text, headers = io.StringIO(newline=""), _headers(self.rows)  # type: ignore[arg-type]
        writer = csv.DictWriter(text, headers, restval="")
        writer.writeheader()
        writer.writerows({name: _as_text(cell) for name, cell in row.items()} for row in self.rows)
        return text.getvalue().encode()


def _as_text(cell: str | float | None) -> str:
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").removesuffix(".0")  # without an exponent
    return "" if cell is None else str(cell)
