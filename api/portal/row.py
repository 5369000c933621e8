"""The page of one row: its outcome, its errors, and its cells as received."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.answers.problems import Problem, ProblemCode
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.error_rows import conflicting_rows, error_line
from api.portal.field_names import FieldNames
from api.portal.pages import page
from api.portal.row_changes import field_changes, kept_fields, left_out_cells, superseded_labels
from api.portal.session import CurrentVisitor
from api.portal.statuses import chip_of_row
from api.sessions import DbSession
from pipeline.domain.columns import stored_header, unique_headers
from pipeline.postgres.queries.products import product_with
from pipeline.postgres.queries.upload_errors import ErrorFilter, find_errors
from pipeline.postgres.queries.uploads import file_names
from pipeline.postgres.row_ledger import LedgerRow, RowFilter, find_rows
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.postgres.tables import Product, ValidationError

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}/rows/{row_number}")

_LONGEST_CELL = 1000
_MOST_ERRORS = 50
RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as received, under its header; `is_wrong` if an error is about it."""

    header: str
    text: str
    hidden_characters: int
    is_wrong: bool


@router.get("")
def row_page(
    upload_id: str, row_number: RowNumber, request: Request, visitor: CurrentVisitor, session: DbSession
) -> Response:
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    row = _row(session, upload, row_number)
    errors = find_errors(session, upload_id, ErrorFilter(row_number=row_number), after=None, limit=_MOST_ERRORS)
    names, sheet_rows = FieldNames(upload), conflicting_rows(session.cursor, upload_id, errors)
    context = {
        "upload": upload,
        "row": row,
        "chip": chip_of_row(upload, row.outcome),
        "changes": field_changes(row),
        "superseded_fields": superseded_labels(row),
        "left_out": left_out_cells(row),
        "kept": kept_fields(row),
        "newer_file": file_names(session.cursor, [row.superseded_by] if row.superseded_by else []),
        "errors": [error_line(error, names, sheet_rows) for error in errors],
        "cells": _cells(upload, errors),
        "product": _product(session, upload, row),
        "before": row_number - 1 or None,
        "after": row_number + 1 if row_number < (upload.total_records or 0) else None,
    }
    return page(request, "row.html", context)


@router.get("/cells")
def cells_part(
    upload_id: str, row_number: RowNumber, request: Request, visitor: CurrentVisitor, session: DbSession
) -> Response:
    """The row's cells as received, for tables that load them on demand."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    errors = find_errors(session, upload_id, ErrorFilter(row_number=row_number), after=None, limit=_MOST_ERRORS)
    return page(request, "row_cells.html", {"cells": _cells(upload, errors)})


def _row(session: Session, upload: Upload, row_number: int) -> LedgerRow:
    rows = find_rows(
        session.cursor,
        upload.upload_id,
        RowFilter(row_number=row_number),
        dry_run=upload.dry_run,
        total=upload.total_records or 0,
        after=None,
        limit=1,
    )
    if not rows:
        raise Problem(ProblemCode.NOT_FOUND, f"This upload has no row {row_number:,}.")
    return rows[0]


def _product(session: Session, upload: Upload, row: LedgerRow) -> Product | None:
    """The product that the row has created, or named by its keys."""
    if row.errors or row.sku is None:
        return None
    product = product_with(session, row.sku)
    return product if product and product.vendor_id == upload.vendor_id else None


def _cells(upload: Upload, errors: list[ValidationError]) -> list[Cell]:
    """In the order of the file's columns."""
    columns = stored_header(upload.file_columns or ())
    received: Mapping[str, Any] = (errors[0].original_data if errors else None) or {}
    wrong = {field for error in errors for field in (error.error_field or "").split(",")}
    # `original_data` is JSONB, which does not keep the order of its keys; the file's header does.
    served = {header: column.columns for column, header in zip(columns, unique_headers(columns), strict=True)}
    in_order = [header for header in served if header in received]
    return [
        Cell(
            header="The whole row" if header == "_raw" else header,
            text=str(received[header])[:_LONGEST_CELL],
            hidden_characters=max(0, len(str(received[header])) - _LONGEST_CELL),
            is_wrong=not wrong.isdisjoint(served.get(header, ())),
        )
        for header in [*in_order, *(received.keys() - set(in_order))]
    ]
