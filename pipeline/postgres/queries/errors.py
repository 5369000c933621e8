"""Support's queries for errors across uploads. Counts come from `error_counts` where that is possible.

`error_counts` (migration 0004) holds, for each upload and day, the errors and rows of every type, field, and both:
a summary over millions of errors adds up thousands of counts. Other questions are answered from the errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from pipeline.domain.columns import REQUIRED
from pipeline.domain.errors import GroupBy
from pipeline.postgres.conditions import containing, where, without_none
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place
from pipeline.postgres.tables import ValidationError

NEWEST_ERRORS = Order({"created_at": datetime, "error_id": int}, descending=True)
LARGEST_GROUPS = Order({"errors": int, "key": str})
"""Except for days, of which the newest come first."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FoundErrors:
    """Which errors support searches for. `value` and `q` match any part of a text, ignoring case."""

    vendor_id: str | None = None
    upload_id: str | None = None
    error_type: str | None = None
    error_field: str | None = None
    sku: str | None = None
    vendor_product_id: str | None = None
    value: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    q: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether few enough errors match that they can be counted one by one."""
        return bool(self.upload_id or self.sku or self.vendor_product_id)

    @property
    def can_use_counts(self) -> bool:
        """Whether `error_counts` has what these filters need: nothing that only the errors themselves contain."""
        not_in_counts = (self.sku, self.vendor_product_id, self.value, self.q)
        return not_in_counts == (None,) * 4 and _is_midnight(self.from_) and _is_midnight(self.to)


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Errors that have something in common: how many, in how many rows of how many uploads."""

    key: str | None
    errors: int
    rows: int
    uploads: int


def find_errors_everywhere(
    session: Session, filters: FoundErrors, *, after: Place | None, limit: int
) -> list[ValidationError]:
    """Errors of every vendor, the newest first, from the one after `after` on."""
    names = ("vendor_id", "upload_id", "error_type", "sku", "vendor_product_id")
    statement = select(ValidationError).filter_by(**without_none(**{name: getattr(filters, name) for name in names}))
    statement = statement.where(*_conditions(filters))
    return list(session.exec(NEWEST_ERRORS.page(statement, ValidationError, after, limit)))


def _conditions(filters: FoundErrors) -> Iterator[ColumnElement[bool]]:
    error = ValidationError
    if filters.error_field is not None:
        yield col(error.error_field).in_(fields_naming(filters.error_field))
    if filters.from_:
        yield col(error.created_at) >= filters.from_
    if filters.to:
        yield col(error.created_at) < filters.to
    if filters.value:
        yield col(error.value).ilike(containing(filters.value))
    if filters.q:
        part = containing(filters.q)
        yield or_(col(error.error_message).ilike(part), col(error.value).ilike(part))


def group_errors(
    cursor: Cursor, group_by: GroupBy, filters: FoundErrors, *, after: Place | None, limit: int
) -> list[ErrorGroup]:
    """Groups of errors, the largest first (days: the newest first), from the one after `after` on."""
    grouped = _from_counts(group_by, filters) if _can_use_counts(group_by, filters) else _from_errors(group_by, filters)
    query, values = grouped
    is_by_day = group_by == GroupBy.DAY
    condition = "key < %(key)s" if is_by_day else "(-errors, coalesce(key, '')) > (-%(errors)s::numeric, %(key)s)"
    cursor.execute(
        f"""
        SELECT key, errors, rows, uploads FROM ({query}) AS groups
        {f"WHERE {condition}" if after else ""}
        ORDER BY {"key DESC" if is_by_day else "errors DESC, coalesce(key, '')"} LIMIT %(limit)s
        """,
        values | {"limit": limit} | ({"errors": after[0], "key": after[1]} if after else {}),
    )
    return [ErrorGroup(*row) for row in cursor]


def is_broad(group_by: GroupBy, filters: FoundErrors) -> bool:
    """Whether errors must be counted one by one although nothing but time limits their number."""
    return not _can_use_counts(group_by, filters) and not filters.is_narrow


def fields_naming(field: str) -> list[str]:
    """Every value of `error_field` that names a field: the field alone, and each list of missing fields with it."""
    if field not in REQUIRED:
        return [field]
    lists = (listed for count in range(1, len(REQUIRED) + 1) for listed in combinations(REQUIRED, count))
    return [",".join(listed) for listed in lists if field in listed]


_Clause = tuple[str, dict[str, Any]]
"""A query, or its WHERE clause, and the values of its parameters."""


def _where(filters: FoundErrors) -> _Clause:
    """The WHERE clause for `validation_errors`."""
    return where(
        {
            **_exact(filters, "vendor_id", "upload_id", "error_type", "sku", "vendor_product_id"),
            "from": ("created_at >= %(from)s", filters.from_),
            "to": ("created_at < %(to)s", filters.to),
            "value": ("value ILIKE %(value)s", containing(filters.value)),
            "q": ("(error_message ILIKE %(q)s OR value ILIKE %(q)s)", containing(filters.q)),
        }
    )


def _exact(filters: FoundErrors, *names: str) -> dict[str, tuple[str, object]]:
    fields = fields_naming(filters.error_field) if filters.error_field is not None else None
    conditions = {name: (f"{name} = %({name})s", getattr(filters, name)) for name in names}
    return {**conditions, "error_fields": ("error_field = ANY(%(error_fields)s)", fields)}


_KEYS = {group_by: str(group_by) for group_by in GroupBy} | {GroupBy.DAY: "to_char(day, 'YYYY-MM-DD')"}


def _can_use_counts(group_by: GroupBy, filters: FoundErrors) -> bool:
    return group_by != GroupBy.VALUE and filters.can_use_counts


def _from_counts(group_by: GroupBy, filters: FoundErrors) -> _Clause:
    """Groups from `error_counts`."""
    # The coarsest of the four grains that still has what the question needs: in finer ones, a row with several errors
    # would be counted several times.
    clause, values = where(
        {
            **_exact(filters, "vendor_id", "upload_id", "error_type"),
            "by_type": ("by_type = %(by_type)s", group_by == GroupBy.ERROR_TYPE or filters.error_type is not None),
            "by_field": ("by_field = %(by_field)s", group_by == GroupBy.ERROR_FIELD or filters.error_field is not None),
            "from": ("day >= (%(from)s AT TIME ZONE 'UTC')::date", filters.from_),
            "to": ("day < (%(to)s AT TIME ZONE 'UTC')::date", filters.to),
        }
    )
    query = f"""
        SELECT key, sum(errors)::int AS errors, sum(rows)::int AS rows, count(*)::int AS uploads FROM (
            SELECT {_KEYS[group_by]} AS key, sum(errors) AS errors, sum(rows) AS rows
            FROM error_counts WHERE {clause} GROUP BY key, upload_id
        ) AS by_upload GROUP BY key
        """
    return query, values


def _from_errors(group_by: GroupBy, filters: FoundErrors) -> _Clause:
    clause, values = _where(filters)
    query = f"""
        SELECT key, sum(errors)::int AS errors, count(*)::int AS rows, count(DISTINCT upload_id)::int AS uploads FROM (
            SELECT {_KEYS[group_by]} AS key, upload_id, row_number, count(*) AS errors
            FROM (SELECT *, (created_at AT TIME ZONE 'UTC')::date AS day FROM validation_errors) AS by_day
            WHERE {clause} GROUP BY key, upload_id, row_number
        ) AS by_row GROUP BY key
        """
    return query, values


def _is_midnight(moment: datetime | None) -> bool:
    return moment is None or (moment - _EPOCH).total_seconds() % 86400 == 0
