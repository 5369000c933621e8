"""The table of an upload's errors, with filters for type, field and text."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.answers.paging import read_slice
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.forms import Blank, Cursor, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from api.portal.statuses import error_word
from api.portal.upload_summary import result_of
from api.sessions import DbSession
from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.errors import ErrorType, GroupBy, fields_in_words
from pipeline.postgres.queries.errors import FoundErrors, group_errors
from pipeline.postgres.queries.upload_errors import IN_REPORT, ErrorFilter, count_errors, find_errors
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.postgres.tables import ValidationError

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")

_PAGE = 25
_MOST_GROUPS = 200
_MOST_SEARCHED = 200_000
"""The most errors that are searched for those to correct, each by a look at its row."""
_COUNT_LIMIT = 1000
"""The most errors with a text that are counted: each has to be read, and an upload may have millions."""


class ErrorsFilter(BaseModel):
    error_type: Annotated[ErrorType | None, Blank] = None
    error_field: Words = None
    q: Words = None
    cursor: Cursor = None

    @property
    def is_narrow(self) -> bool:
        return any((self.error_type, self.error_field, self.q))

    def query(self, **changes: str | None) -> str:
        fields = self.model_dump(include={"error_type", "error_field", "q"}) | changes
        return urlencode({name: value for name, value in fields.items() if value})

    def address(self, upload_id: str, **changes: str | None) -> str:
        """The address of the upload's page with these filters."""
        query = self.query(**changes)
        return f"/uploads/{upload_id}" + (f"?{query}" if query else "") + "#errors"


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One error in the table."""

    row_number: int
    row_address: str
    sheet_row: int
    line: int
    sku: str | None
    vendor_product_id: str | None
    word: str
    field: str | None
    message: str
    value: str | None
    suggestion: str | None
    conflict: tuple[str, str] | None
    """What a duplicate conflicts with, in words, and its address."""


@router.get("/errors")
def errors_part(
    upload_id: str,
    request: Request,
    filters: Annotated[ErrorsFilter, Query()],
    visitor: CurrentVisitor,
    session: DbSession,
) -> Response:
    """The table only; htmx replaces it in the page and changes the page's address."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    context = {"upload": upload, "filters": filters, "is_part": True, **error_table(session, upload, filters)}
    address = filters.address(upload_id, cursor=filters.cursor)
    return page(request, "error_list.html", context, headers={"HX-Push-Url": address})


def error_table(session: Session, upload: Upload, filters: ErrorsFilter) -> dict[str, Any]:
    """The context of the table's templates."""
    leaves_out = leaves_out_those_there(upload) and not filters.is_narrow
    error_filter = ErrorFilter(filters.error_type, filters.error_field, only_to_correct=leaves_out, q=filters.q)
    errors = read_slice(IN_REPORT, filters.cursor, _PAGE, partial(find_errors, session, upload.upload_id, error_filter))
    return {
        "error_count": sum(upload.errors_by_type.values()),
        "matching": _matching(session, upload, filters) if filters.is_narrow else _left_out(upload, leaves_out),
        "errors": [error_line(error) for error in errors.items],
        "types": [(code, error_word(code), upload.errors_by_type[code]) for code in _types(upload)],
        "fields": _fields(session, upload),
        "next_page": filters.query(cursor=errors.next_cursor) if errors.next_cursor else None,
        "first_page": filters.query() if filters.cursor else None,
    }


def leaves_out_those_there(upload: Upload) -> bool:
    """Whether the table begins without rows that need no correction, which would hide those that do."""
    result, count = result_of(upload), sum(upload.errors_by_type.values())
    return result.has_some_there and result.to_correct > 0 and count <= _MOST_SEARCHED


def _left_out(upload: Upload, is_left_out: bool) -> str | None:
    if not is_left_out:
        return None
    count = upload.already_in_catalogue_records
    rows = "1 row that is" if count == 1 else f"{count:,} rows that are"
    return f"Without {rows} in your catalogue already. Choose a type of error to see such rows, too."


def _matching(session: Session, upload: Upload, filters: ErrorsFilter) -> str:
    """The number of errors that match, in words."""
    if filters.q:
        error_filter = ErrorFilter(filters.error_type, filters.error_field, q=filters.q)
        count = count_errors(session, upload.upload_id, error_filter, most=_COUNT_LIMIT + 1)
    else:
        matching = FoundErrors(
            upload_id=upload.upload_id, error_type=filters.error_type, error_field=filters.error_field
        )
        groups = group_errors(session.cursor, GroupBy.ERROR_TYPE, matching, after=None, limit=_MOST_GROUPS)
        count = sum(group.errors for group in groups)
    if filters.q and count > _COUNT_LIMIT:
        return f"More than {_COUNT_LIMIT:,} match."
    return "1 matches." if count == 1 else f"{count:,} match."


def _types(upload: Upload) -> list[str]:
    return [code for code in ErrorType if code in upload.errors_by_type]


def _fields(session: Session, upload: Upload) -> list[str]:
    """The fields that have errors, in the order of the columns."""
    all_errors = FoundErrors(upload_id=upload.upload_id)
    groups = group_errors(session.cursor, GroupBy.ERROR_FIELD, all_errors, after=None, limit=_MOST_GROUPS)
    fields = {field for group in groups for field in (group.key or "").split(",") if field}
    return sorted(fields, key=lambda field: COLUMN_ORDER.get(field, len(COLUMN_ORDER)))


def error_line(error: ValidationError) -> ErrorLine:
    return ErrorLine(
        row_number=error.row_number,
        row_address=f"/uploads/{error.upload_id}/rows/{error.row_number}",
        sheet_row=error.sheet_row,
        line=error.line,
        sku=error.sku,
        vendor_product_id=error.vendor_product_id,
        word=error_word(error.error_type),
        field=fields_in_words(error.error_field),
        message=error.error_message,
        value=error.value,
        suggestion=error.suggestion,
        conflict=_conflict(error),
    )


def _conflict(error: ValidationError) -> tuple[str, str] | None:
    match error.conflict:
        case {"row_number": int(row)}:
            return f"Row {row:,} of this file", f"/uploads/{error.upload_id}/rows/{row}"
        case {"product_id": int(product_id)}:
            return "Your product in the catalogue", f"/catalogue/{product_id}"
    return None
