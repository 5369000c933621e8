"""The rows of an upload with their outcomes: the row ledger as a list."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.dependencies import Db
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.forms import Blank, ListFilter, Words
from api.portal.pages import page
from api.portal.row_changes import FieldChange, field_changes, kept_fields, left_out_cells
from api.portal.session import CurrentVisitor
from api.portal.statuses import Chip, chip_of_row, outcome_choices
from pipeline.domain.uploads import Outcome
from pipeline.postgres.row_ledger import BY_ROW, LedgerRow, RowFilter, find_rows
from pipeline.postgres.rows import Upload

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}/rows")

_PAGE = 50
_LONGEST_VALUE = 100


class RowsFilter(ListFilter):
    path = "rows"  # relative to the address of the list

    outcome: Annotated[Outcome | None, Blank] = None
    sku: Words = None


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row in the list."""

    row_number: int
    sheet_row: int | None
    sku: str | None
    chip: Chip
    changes: list[FieldChange]
    left_out: list[str]
    kept: list[str]
    """Fields that an undo has left as they are."""
    messages: list[str]


@router.get("")
def rows_page(
    upload_id: str, request: Request, filters: Annotated[RowsFilter, Query()], visitor: CurrentVisitor, db: Db
) -> Response:
    upload, _ = require_upload(db, visitor.principal, upload_id)
    row_filter = RowFilter(outcome=(filters.outcome,) if filters.outcome else (), sku=filters.sku)
    find = partial(find_rows, db, upload_id, row_filter, dry_run=upload.dry_run, total=upload.total_records or 0)
    rows = read_slice(BY_ROW, filters.cursor, _PAGE, find)
    context = {
        "upload": upload,
        "filters": filters,
        "lines": [_line(upload, row) for row in rows.items],
        "choices": outcome_choices(upload),
        "next_page": filters.page_at(rows.next_cursor),
    }
    return page(request, "rows.html", context)


def _line(upload: Upload, row: LedgerRow) -> RowLine:
    return RowLine(
        row_number=row.row_number,
        sheet_row=row.sheet_row,
        sku=row.sku,
        chip=chip_of_row(upload, row.outcome),
        changes=field_changes(row, longest=_LONGEST_VALUE),
        left_out=[label for label, _ in left_out_cells(row)],
        kept=[label for label, _ in kept_fields(row)],
        messages=[error["error_message"] for error in row.errors],
    )
