"""The rejected rows in the form for corrections, and what is asked about a single one while it is corrected."""

from collections.abc import Mapping
from functools import partial
from itertools import accumulate
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.answers.paging import encode_cursor, read_slice
from api.answers.problems import Problem, ProblemCode
from api.correction_commands import check_can_correct
from api.dependencies import AppServices, Db
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.correcting.cells import Written, changed_cells, written_rows
from api.portal.correcting.grid import DUPLICATES, GridRow, faults_by_column, grid_row
from api.portal.forms import Blank, Cursor, SentFields, Words
from api.portal.pages import page
from api.portal.row import RowNumber
from api.portal.session import CurrentVisitor, FormSender, Visitor
from pipeline.domain.errors import ErrorType, RowError, error_word, fields_in_words
from pipeline.domain.layout import Layout
from pipeline.postgres.category_aliases import active_categories
from pipeline.postgres.queries.rejected_rows import (
    BY_ROW_NUMBER,
    RejectedFilter,
    RejectedRow,
    count_rows,
    find_row_numbers,
    rejected_rows,
)
from pipeline.postgres.rows import Upload
from pipeline.postgres.verdicts import find_surveyed
from pipeline.stages.judge import JudgedRow, judge_corrected

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}/rows/{row_number}")

_PAGE = 50
_MOST_BYTES, _LEAST_BYTES, _OF_A_CAUSE = 43_000, 12_000, 1_000
"""The weight of the rows of a page, which is to load quickly whatever they contain, and what a cause takes of it."""
_MOST_COUNTED = 10_000
CHECKED_LATER = "Whether it is unique is checked again when you preview."


class RowsQuery(BaseModel):
    """The rows that the page shows: a page of those with an error of one cause, or a single one with all its cells."""

    rows: Cursor = None
    row: Annotated[int | None, Field(ge=1, le=2**31 - 1), Blank] = None
    error_type: Annotated[ErrorType | None, Blank] = None
    error_field: Words = None
    value: Annotated[str | None, Field(max_length=1000), Blank] = None

    @property
    def filter(self) -> RejectedFilter:
        return RejectedFilter(self.error_type, self.error_field, self.value)

    def address(self, upload_id: str, **changes: str | None) -> str:
        """The address of the page with these rows, some of it changed; a page of causes begins anew."""
        fields = {"error_type": self.error_type, "error_field": self.error_field, "value": self.value} | changes
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"/uploads/{upload_id}/correct" + (f"?{query}" if query else "") + "#rows"


def row_grid(db: Db, upload: Upload, query: RowsQuery, sent: Mapping[str, str], *, causes: int = 0) -> dict[str, Any]:
    """The context of the grid's template. `sent` is what the form said, if it comes again, and `causes` the number of
    those that the page shows above the rows."""
    rows, next_cursor = _page_of_rows(db, upload, query, sent, causes)
    return {
        "grid_rows": rows,
        "single_row": query.row,
        "rows_are_narrow": query.filter.is_narrow,
        "rows_in_words": _in_words(db, upload, query),
        "rows_next": query.address(upload.upload_id, rows=next_cursor) if next_cursor else None,
        "rows_first": query.address(upload.upload_id) if query.rows else None,
        "all_rows": RowsQuery().address(upload.upload_id),
        "row_categories": active_categories(db).names,
    }


def _page_of_rows(
    db: Db, upload: Upload, query: RowsQuery, sent: Mapping[str, str], causes: int
) -> tuple[list[GridRow], str | None]:
    """At most fifty rows, fewer if they are long, and the cursor of the next page."""
    parent = _parent(db, upload)
    if query.row is not None:
        return [grid_row(parent, row, sent) for row in rejected_rows(db, upload.upload_id, [query.row])], None
    find = partial(find_row_numbers, db, upload.upload_id, query.filter)
    found = read_slice(BY_ROW_NUMBER, query.rows, _PAGE, find)
    numbers = [each.row_number for each in found.items]
    rows = [grid_row(parent, row, sent) for row in rejected_rows(db, upload.upload_id, numbers)]
    weights = accumulate(row.bytes for row in rows)
    most = max(_MOST_BYTES - _OF_A_CAUSE * causes, _LEAST_BYTES)
    fitting = max(sum(weight <= most for weight in weights), 1)
    if fitting >= len(rows):
        return rows, found.next_cursor
    return rows[:fitting], encode_cursor([rows[fitting - 1].row_number])


def _in_words(db: Db, upload: Upload, query: RowsQuery) -> str:
    """Which rows are shown, and how many there are."""
    left = max(upload.error_records - upload.corrected_records, 0)
    if not query.filter.is_narrow:
        return f"{left:,} {'row is' if left == 1 else 'rows are'} left to correct."
    count = count_rows(db, upload.upload_id, query.filter, most=_MOST_COUNTED + 1)
    cause = ", ".join(
        filter(None, (error_word(query.error_type) if query.error_type else None, fields_in_words(query.error_field)))
    )
    quoted = f" “{query.value}”" if query.value else ""
    number = f"More than {_MOST_COUNTED:,}" if count > _MOST_COUNTED else f"{count:,}"
    return f"{number} of {left:,}: {cause}{quoted}"


@router.get("/other-cells")
def other_cells(upload_id: str, row_number: RowNumber, request: Request, visitor: CurrentVisitor, db: Db) -> Response:
    """The fields for the cells of a row that are not wrong, for the grid, which loads them on demand."""
    upload, row = _rejected_row(db, visitor, upload_id, row_number)
    context = {"row": grid_row(_parent(db, upload), row, {}), "upload": upload}
    return page(request, "correct_other_cells.html", context)


@router.post("/check")
def check_row(
    upload_id: str,
    row_number: RowNumber,
    visitor: FormSender,
    sent: SentFields,
    db: Db,
    services: AppServices,
) -> Response:
    """What is wrong with the row as the form has it now, by column. It changes nothing."""
    upload, row = _rejected_row(db, visitor, upload_id, row_number)
    written = written_rows(sent).get(row_number, Written())
    new = changed_cells(_parent(db, upload), row, written) or {}
    judged = judge_corrected(db, upload_id, row.received, new, currency=services.settings.currency)
    answer = _answer(row, judged or JudgedRow(()), new, is_sent=bool(new) or written.is_whole)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _rejected_row(db: Db, visitor: Visitor, upload_id: str, row_number: int) -> tuple[Upload, RejectedRow]:
    upload, _ = require_upload(db, visitor.principal, upload_id)
    check_can_correct(upload)
    rows = rejected_rows(db, upload_id, [row_number])
    if not rows:
        raise Problem(ProblemCode.NOT_FOUND, f"Row {row_number:,} of this upload is not left to correct.")
    return upload, rows[0]


def _parent(db: Db, upload: Upload) -> Layout:
    surveyed = find_surveyed(db, upload.upload_id)
    if surveyed is None:  # never of an upload with rejected rows
        raise Problem.not_found("upload")
    return surveyed.layout


def _answer(row: RejectedRow, judged: JudgedRow, new: Mapping[str, str], *, is_sent: bool) -> dict[str, Any]:
    faults: dict[str, list[dict[str, str | None]]] = {}
    errors = [*judged.errors, *_not_said(row, judged, new)]
    for error in errors:
        for column, fault in faults_by_column(error, row.upload_id) if error.error_field else ():
            faults.setdefault(column, []).append({"message": fault.message, "suggestion": fault.suggestion})
    notes = [error.message for error in errors if error.error_field is None]
    notes += [f"{error.message}. The row is accepted without this value." for error in judged.left_out]
    if any(error.error_type in DUPLICATES and error not in errors for error in row.errors):
        notes.append(CHECKED_LATER)
    return {"is_good": is_sent and not errors, "faults": faults, "notes": notes}


def _not_said(row: RejectedRow, judged: JudgedRow, new: Mapping[str, str]) -> list[RowError]:
    """The errors in cells that are as they were, although nothing is wrong with them by now, or only the preview shows
    what is: a row is sent only if something is written for each of its errors."""
    judged_fields = {column for error in judged.errors for column in (error.error_field or "").split(",")}
    return [
        error
        for error in row.errors
        if error.error_field and judged_fields.union(new).isdisjoint(error.error_field.split(","))
    ]
