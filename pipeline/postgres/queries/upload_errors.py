"""The API's queries for the errors of one upload. The caller has checked that it is in scope."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, any_, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.postgres.conditions import containing, without_none
from pipeline.postgres.order import Order, Place
from pipeline.postgres.tables import ValidationError

IN_REPORT = Order({"row_number": int, "report_order": int, "error_id": int})


@dataclass(frozen=True, slots=True)
class ErrorFilter:
    error_type: str | None = None
    error_field: str | None = None
    row_number: int | None = None
    sku: str | None = None
    only_to_correct: bool = False
    """Without rows of which nothing is wrong but that the catalogue has their product already."""
    q: str | None = None
    """A part of the message or value, or a whole SKU, vendor product id or row number."""


def find_errors(
    session: Session, upload_id: str, filters: ErrorFilter, *, after: Place | None, limit: int
) -> list[ValidationError]:
    """An upload's errors in report order, from the one after `after` on."""
    errors = _apply(select(ValidationError), upload_id, filters)
    return list(session.exec(IN_REPORT.page(errors, ValidationError, after, limit)))


def count_errors(session: Session, upload_id: str, filters: ErrorFilter, *, most: int) -> int:
    """The number of errors, counted up to `most`."""
    errors = _apply(select(ValidationError.error_id), upload_id, filters).limit(most)
    return session.exec(select(func.count()).select_from(errors.subquery())).one()


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
    is_row = text.isascii() and text.isdigit() and len(text) < 8
    return or_(
        col(ValidationError.error_message).ilike(part),
        col(ValidationError.value).ilike(part),
        col(ValidationError.sku) == text,
        col(ValidationError.vendor_product_id) == text,
        *([col(ValidationError.row_number) == int(text)] if is_row else []),
    )
