"""The API's queries for the errors of one upload. The caller has checked that it is in scope."""

from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, any_, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.postgres.conditions import containing, without_none
from pipeline.postgres.order import Order, Place
from pipeline.postgres.tables import ValidationError

IN_REPORT = Order({"row_number": int, "report_order": int, "error_id": int})
BY_ROW = Order({"row_number": int})


@dataclass(frozen=True, slots=True)
class ErrorFilter:
    error_type: str | None = None
    error_field: str | None = None
    row_number: int | None = None
    sku: str | None = None
    only_to_correct: bool = False
    """Without rows of which nothing is wrong but that the catalogue has their product already."""
    q: str | None = None
    """A part of the message or value, or a whole SKU, vendor product id, row number or sheet row."""


def find_errors(
    session: Session, upload_id: str, filters: ErrorFilter, *, after: Place | None, limit: int
) -> list[ValidationError]:
    """An upload's errors in report order, from the one after `after` on."""
    errors = _apply(select(ValidationError), upload_id, filters)
    return list(session.exec(IN_REPORT.page(errors, ValidationError, after, limit)))


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """A row with the errors that match, in report order, and the number of its others."""

    errors: list[ValidationError]
    others: int


def find_error_rows(
    session: Session, upload_id: str, filters: ErrorFilter, *, after: Place | None, most_errors: int
) -> tuple[list[ErrorRow], bool]:
    """The rows with errors that match, from the one after `after` on, and whether there are more.

    As many whole rows as have at most `most_errors`, and at least one.
    """
    counts = _count_by_row(session, upload_id, filters, after=after, limit=most_errors + 1)
    running = accumulate(count for _, count in counts)
    rows = dict(counts[: max(1, sum(errors <= most_errors for errors in running))])
    if not rows:
        return [], False
    place = (min(rows), -1, 0)  # before the first error of the first row
    errors = find_errors(session, upload_id, filters, after=place, limit=sum(rows.values()))
    totals = _totals(session, upload_id, list(rows)) if filters != ErrorFilter() else rows
    in_rows = [(row, list(of_row)) for row, of_row in groupby(errors, attrgetter("row_number"))]
    found = [ErrorRow(of_row, totals[row] - len(of_row)) for row, of_row in in_rows]
    return found, len(counts) > len(rows)


def _count_by_row(
    session: Session, upload_id: str, filters: ErrorFilter, *, after: Place | None, limit: int
) -> list[tuple[int, int]]:
    """The next rows with errors that match, and how many each has."""
    row_number = col(ValidationError.row_number)
    counts: Any = select(row_number, func.count())
    statement: Any = _apply(counts, upload_id, filters).group_by(row_number)
    return [tuple(row) for row in session.exec(BY_ROW.page(statement, ValidationError, after, limit))]


def _totals(session: Session, upload_id: str, rows: list[int]) -> dict[int, int]:
    """The number of all errors of each of these rows."""
    row_number = col(ValidationError.row_number)
    counts = select(row_number, func.count()).filter_by(upload_id=upload_id).where(row_number.in_(rows))
    return dict(session.exec(counts.group_by(row_number)).all())


def count_errors(session: Session, upload_id: str, filters: ErrorFilter, *, most: int) -> tuple[int, int]:
    """The number of errors, counted up to `most`, and that of their rows."""
    rows = _apply(select(ValidationError.row_number), upload_id, filters).limit(most).subquery()
    return session.exec(select(func.count(), func.count(rows.c.row_number.distinct()))).one()


def _apply(statement: SelectOfScalar[Any], upload_id: str, filters: ErrorFilter) -> SelectOfScalar[Any]:
    exact = without_none(error_type=filters.error_type, row_number=filters.row_number, sku=filters.sku)
    statement = statement.filter_by(upload_id=upload_id, **exact)
    if filters.error_field is not None:
        fields = func.string_to_array(ValidationError.error_field, ",")
        statement = statement.where(literal(filters.error_field) == any_(fields))
    if filters.only_to_correct:
        statement = statement.where(_needs_correction())
    if filters.q:
        statement = statement.where(_mentions(filters.q))
    return statement


def _needs_correction() -> ColumnElement[bool]:
    """Whether the error, or another of its row, is about something else than one product of the vendor's own."""
    own, other = col(ValidationError.conflict)["product_id"].astext, aliased(ValidationError)
    in_row = (other.upload_id == ValidationError.upload_id) & (other.row_number == ValidationError.row_number)
    of_other = col(other.conflict)["product_id"].astext
    return or_(own.is_(None), select(other.error_id).where(in_row, of_other.is_distinct_from(own)).exists())


def _mentions(text: str) -> ColumnElement[bool]:
    part = containing(text)
    is_number = text.isascii() and text.isdigit() and len(text) < 8
    row_numbers = (ValidationError.row_number, ValidationError.sheet_row) if is_number else ()
    return or_(
        col(ValidationError.error_message).ilike(part),
        col(ValidationError.value).ilike(part),
        col(ValidationError.sku) == text,
        col(ValidationError.vendor_product_id) == text,
        *(col(column) == int(text) for column in row_numbers),
    )
