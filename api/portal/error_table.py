"""The table of an upload's errors by row, with filters for type, field and text."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.answers.paging import decode_cursor, encode_cursor
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.error_rows import entries_of
from api.portal.field_names import FieldNames
from api.portal.forms import Blank, Cursor, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from api.portal.statuses import error_word
from api.portal.upload_summary import result_of
from api.sessions import DbSession
from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.errors import ErrorType, GroupBy
from pipeline.postgres.queries.errors import FoundErrors, group_errors
from pipeline.postgres.queries.upload_errors import BY_ROW, ErrorFilter, count_errors, find_error_rows
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session

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
    after = decode_cursor(filters.cursor, BY_ROW.from_json)
    found, has_more = find_error_rows(session, upload.upload_id, error_filter, after=after, most_errors=_PAGE)
    rows = entries_of(session.cursor, upload, found)
    return {
        "error_count": _in_words(sum(upload.errors_by_type.values()), upload.error_records),
        "matching": _matching(session, upload, filters) if filters.is_narrow else _left_out(upload, leaves_out),
        "rows": rows,
        "on_page": _in_words(sum(len(row.errors) for row in rows), len(rows)),
        "types": [(code, error_word(code), upload.errors_by_type[code]) for code in _types(upload)],
        "fields": _fields(session, upload),
        "next_page": filters.query(cursor=encode_cursor([rows[-1].row_number])) if has_more else None,
        "first_page": filters.query() if filters.cursor else None,
    }


def _in_words(errors: int, rows: int) -> str:
    """62 errors in 44 rows."""
    return f"{errors:,} {'error' if errors == 1 else 'errors'} in {rows:,} {'row' if rows == 1 else 'rows'}"


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
    """How many errors match, in words."""
    errors, rows = _count(session, upload, filters)
    if filters.q and errors > _COUNT_LIMIT:
        return f"More than {_COUNT_LIMIT:,} errors match."
    return f"{_in_words(errors, rows)} {'matches' if errors == 1 else 'match'}."


def _count(session: Session, upload: Upload, filters: ErrorsFilter) -> tuple[int, int]:
    """The number of errors that match, and that of their rows."""
    if filters.q:
        error_filter = ErrorFilter(filters.error_type, filters.error_field, q=filters.q)
        return count_errors(session, upload.upload_id, error_filter, most=_COUNT_LIMIT + 1)
    matching = FoundErrors(upload_id=upload.upload_id, error_type=filters.error_type, error_field=filters.error_field)
    # A row has one error at most about a field that matches by its name, so no row is in two groups.
    group_by = GroupBy.ERROR_FIELD if filters.error_field else GroupBy.ERROR_TYPE
    groups = group_errors(session.cursor, group_by, matching, after=None, limit=_MOST_GROUPS)
    return sum(group.errors for group in groups), sum(group.rows for group in groups)


def _types(upload: Upload) -> list[str]:
    return [code for code in ErrorType if code in upload.errors_by_type]


def _fields(session: Session, upload: Upload) -> list[tuple[str, str]]:
    """The fields that have errors, in the order of the columns, each with its name in the file."""
    all_errors = FoundErrors(upload_id=upload.upload_id)
    groups = group_errors(session.cursor, GroupBy.ERROR_FIELD, all_errors, after=None, limit=_MOST_GROUPS)
    fields = {field for group in groups for field in (group.key or "").split(",") if field}
    names = FieldNames(upload)
    in_order = sorted(fields, key=lambda field: COLUMN_ORDER.get(field, len(COLUMN_ORDER)))
    return [(field, str(names.of(field))) for field in in_order]
