"""The rows of an upload: their outcomes and errors."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.paging import read_slice
from api.candidates import CategoryCandidates
from api.dependencies import ApiUrl, Caller, Db
from api.entry.door import Door
from api.lookups import require_upload
from api.schemas.lists import Page
from api.schemas.reading import CausesQuery, CauseView, ErrorView, RecordsQuery, RowView
from api.schemas.uploads import ErrorsQuery
from api.sessions import DbSession
from pipeline.postgres.causes import MOST_FREQUENT, causes_of
from pipeline.postgres.queries.upload_errors import IN_REPORT, ErrorFilter, find_errors
from pipeline.postgres.row_ledger import BY_ROW, RowFilter, find_rows

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])


@router.get("/{upload_id}/errors", operation_id="list_upload_errors", summary="List the errors of an upload")
def list_upload_errors(
    upload_id: str, query: Annotated[ErrorsQuery, Query()], caller: Caller, session: DbSession, api_url: ApiUrl
) -> Page[ErrorView]:
    require_upload(session.cursor, caller, upload_id)
    filters = ErrorFilter(query.error_type, query.error_field, query.row_number, query.sku)
    errors = read_slice(IN_REPORT, query.cursor, query.limit, partial(find_errors, session, upload_id, filters))
    nearest = CategoryCandidates(session.cursor)
    return errors.page(lambda error: ErrorView.of(error, api_url, nearest.of(error)))


@router.get(
    "/{upload_id}/errors/summary",
    operation_id="summarise_upload_errors",
    summary="List the causes of an upload's errors",
)
def summarise_upload_errors(
    upload_id: str, query: Annotated[CausesQuery, Query()], caller: Caller, db: Db
) -> Page[CauseView]:
    """The most frequent cause first. Spellings of a category that differ only in capitals and surrounding white space
    are one cause, shown as in its first row."""
    require_upload(db, caller, upload_id)
    causes = read_slice(MOST_FREQUENT, query.cursor, query.limit, partial(causes_of, db, upload_id))
    nearest = CategoryCandidates(db)
    return causes.page(lambda cause: CauseView.of(cause, nearest.of(cause)))


@router.get(
    "/{upload_id}/records", operation_id="list_records", summary="List the row ledger: the outcome of every row"
)
def list_records(upload_id: str, query: Annotated[RecordsQuery, Query()], caller: Caller, db: Db) -> Page[RowView]:
    """In order of row number; available while the upload is processed and afterwards.

    Empty until its rows are counted.
    """
    upload, _ = require_upload(db, caller, upload_id)
    filters = RowFilter(query.status, query.outcome, query.row_number, query.sku)
    total = upload.total_records or 0
    find = partial(find_rows, db, upload_id, filters, dry_run=upload.dry_run, total=total)
    rows = read_slice(BY_ROW, query.cursor, query.limit, find)
    return rows.page(lambda row: RowView.model_validate(row))
