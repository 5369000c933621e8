"""Rows with their errors, as the portal shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from api.portal.field_names import FieldName, FieldNames
from api.portal.planning.plan_conflict import Effect, plan_effects
from api.portal.statuses import error_word
from pipeline.domain.row_names import excel_note
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.upload_errors import ErrorRow
from pipeline.postgres.rows import Upload
from pipeline.postgres.sheet_rows import sheet_rows_of
from pipeline.postgres.tables import ValidationError

_OWN_NAMES = FieldNames()


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One error of a row."""

    word: str
    fields: list[FieldName]
    message: str
    value: str | None
    suggestion: str | None
    conflict: tuple[str, str] | None
    """What a duplicate conflicts with, in words, and its address."""
    effects: list[Effect] = field(default_factory=list)
    """What the row was planned to do, and what it would do now, if these differ."""


@dataclass(frozen=True, slots=True)
class ErrorRowEntry:
    """A row with those of its errors that are shown, and the number of its others."""

    row_number: int
    sheet_row: int
    address: str
    key: str | None
    """Its SKU, or else its vendor product id."""
    errors: list[ErrorLine]
    others: int = 0


def entries_of(cursor: Cursor, upload: Upload, rows: Iterable[ErrorRow]) -> list[ErrorRowEntry]:
    rows, names = list(rows), FieldNames(upload)
    sheet_rows = conflicting_rows(cursor, upload.upload_id, [error for row in rows for error in row.errors])
    return [row_entry(row, names, sheet_rows) for row in rows]


def row_entry(
    row: ErrorRow, names: FieldNames = _OWN_NAMES, sheet_rows: Mapping[int, int] | None = None
) -> ErrorRowEntry:
    first = row.errors[0]
    return ErrorRowEntry(
        row_number=first.row_number,
        sheet_row=first.sheet_row,
        address=f"/uploads/{first.upload_id}/rows/{first.row_number}",
        key=first.sku or first.vendor_product_id,
        errors=[error_line(error, names, sheet_rows) for error in row.errors],
        others=row.others,
    )


def conflicting_rows(cursor: Cursor, upload_id: str, errors: Iterable[ValidationError]) -> dict[int, int]:
    """The sheet rows of the rows of the same file with which these errors conflict, by row number."""
    conflicts = [error.conflict["row_number"] for error in errors if error.conflict and "row_number" in error.conflict]
    return sheet_rows_of(cursor, upload_id, conflicts)


def error_line(
    error: ValidationError, names: FieldNames = _OWN_NAMES, sheet_rows: Mapping[int, int] | None = None
) -> ErrorLine:
    return ErrorLine(
        word=error_word(error.error_type),
        fields=names.of_error(error.error_field),
        message=error.error_message,
        value=error.value,
        suggestion=error.suggestion,
        conflict=conflict_link(error.upload_id, error.conflict, sheet_rows),
        effects=plan_effects(error.conflict),
    )


def conflict_link(
    upload_id: str, conflict: Mapping[str, object] | None, sheet_rows: Mapping[int, int] | None = None
) -> tuple[str, str] | None:
    """What a duplicate conflicts with, in words, and its address."""
    match conflict:
        case {"row_number": int(row)}:
            note = excel_note((sheet_rows or {}).get(row))
            return f"Row {row:,}{note} of this file", f"/uploads/{upload_id}/rows/{row}"
        case {"product_id": int(product_id)}:
            return "Your product in the catalogue", f"/catalogue/{product_id}"
    return None
