"""What became of an upload's rows, and what is wrong with them."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.paging import read_slice
from api.dependencies import ApiUrl, Caller, Db
from api.entry.door import Door
from api.lookups import found_upload
from api.schemas.reading import CausesQuery, CauseView, ErrorView, RecordsQuery, RowView
from api.schemas.uploads import ErrorsQuery, Page
from api.sessions import DbSession
from pipeline.postgres.causes import MOST_FREQUENT, causes_of
from pipeline.postgres.queries.upload_errors import IN_REPORT, ErrorFilter, find_errors
from pipeline.postgres.row_ledger import BY_ROW, RowFilter, find_rows

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])


@router.get("/{upload_id}/errors", operation_id="list_upload_errors", summary="What is wrong with each rejected row")
def list_upload_errors(
    upload_id: str, query: Annotated[ErrorsQuery, Query()], caller: Caller, session: DbSession, api_url: ApiUrl
) -> Page[ErrorView]:
    found_upload(session.cursor, caller, upload_id)
    wanted = ErrorFilter(query.error_type, query.error_field, query.row_number, query.sku)
    errors = read_slice(IN_REPORT, query.cursor, query.limit, partial(find_errors, session, upload_id, wanted))
    return errors.page(lambda error: ErrorView.of(error, api_url))


@router.get(
    "/{upload_id}/errors/summary", operation_id="summarise_upload_errors", summary="Why rows were rejected, by cause"
)
def summarise_upload_errors(
    upload_id: str, query: Annotated[CausesQuery, Query()], caller: Caller, db: Db
) -> Page[CauseView]:
    """The most frequent cause first. Spellings of a category that differ only in capitals and in the white space around
    them are one cause, shown as in its first row."""
    found_upload(db, caller, upload_id)
    causes = read_slice(MOST_FREQUENT, query.cursor, query.limit, partial(causes_of, db, upload_id))
    return causes.page(lambda cause: CauseView(**asdict(cause)))


@router.get("/{upload_id}/records", operation_id="list_records", summary="The row ledger: what became of every row")
def list_records(upload_id: str, query: Annotated[RecordsQuery, Query()], caller: Caller, db: Db) -> Page[RowView]:
    """By row number, while the upload is processed and ever after. Empty until its rows are counted.

    A dry run makes no products, so of its valid rows nothing is known but their numbers: `line` and `sku` are null.
    """
    upload, _ = found_upload(db, caller, upload_id)
    wanted, total = RowFilter(query.status, query.row_number, query.sku), upload.total_records or 0
    find = partial(find_rows, db, upload_id, wanted, dry_run=upload.dry_run, total=total)
    rows = read_slice(BY_ROW, query.cursor, query.limit, find)
    return rows.page(lambda row: RowView.model_validate(asdict(row)))
