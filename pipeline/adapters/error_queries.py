"""What is wrong, across uploads: support's questions. Counts come from `error_counts`.

`error_counts` (migration 0004) holds, for each upload and day, the errors and rows of every type, field, and both:
a summary over millions of errors adds up thousands of counts. What it cannot tell is counted from the errors.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from sqlalchemy import text, tuple_
from sqlmodel import Session, col, select

from pipeline.adapters.tables import ValidationError
from pipeline.domain.columns import REQUIRED

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FoundErrors:
    """Which errors support looks for; text is found in any part of a value, whatever its capitals."""

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
        """Whether so few errors are meant that they can be counted one by one."""
        return bool(self.upload_id or self.sku or self.vendor_product_id)

    @property
    def is_counted(self) -> bool:
        """Whether `error_counts` knows the answer: nothing is asked that only the errors themselves tell."""
        asked = (self.sku, self.vendor_product_id, self.value, self.q)
        return asked == (None,) * 4 and _is_midnight(self.from_) and _is_midnight(self.to)


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Errors that have something in common: how many, in how many rows of how many uploads."""

    key: str | None
    errors: int
    rows: int
    uploads: int


def find_errors_everywhere(
    session: Session, wanted: FoundErrors, *, after: tuple[datetime, int] | None, limit: int
) -> list[ValidationError]:
    """Errors of every vendor, the newest first, from the one after `after` (its time and id) on."""
    order = col(ValidationError.created_at), col(ValidationError.error_id)
    conditions, values = _conditions(wanted)
    query = select(ValidationError).where(text(conditions)).params(**values)
    if after:
        query = query.where(tuple_(*order) < after)
    return list(session.exec(query.order_by(*(column.desc() for column in order)).limit(limit)))


def group_errors(
    session: Session, group_by: str, wanted: FoundErrors, *, after: tuple[int, str] | None, limit: int
) -> list[ErrorGroup]:
    """Groups of errors, the largest first (days: the newest first), from the one after `after` on."""
    grouped = _from_counts(group_by, wanted) if _can_use_counts(group_by, wanted) else _from_errors(group_by, wanted)
    query, values = grouped
    is_by_day = group_by == "day"
    condition = "key < :key" if is_by_day else "(-errors, coalesce(key, '')) > (-cast(:errors AS bigint), :key)"
    found = session.connection().execute(
        text(
            f"""
            SELECT key, errors, rows, uploads FROM ({query}) AS groups
            {f"WHERE {condition}" if after else ""}
            ORDER BY {"key DESC" if is_by_day else "errors DESC, coalesce(key, '')"} LIMIT :limit
            """
        ),
        values | {"limit": limit} | ({"errors": after[0], "key": after[1]} if after else {}),
    )
    return [ErrorGroup(*row) for row in found]


def is_broad(group_by: str, wanted: FoundErrors) -> bool:
    """Whether the errors have to be counted one by one, and nothing but time bounds how many they are."""
    return not _can_use_counts(group_by, wanted) and not wanted.is_narrow


def fields_naming(field: str) -> list[str]:
    """Every `error_field` that names a field: the field itself, and each list of missing fields that contains it."""
    if field not in REQUIRED:
        return [field]
    lists = (listed for count in range(1, len(REQUIRED) + 1) for listed in combinations(REQUIRED, count))
    return [",".join(listed) for listed in lists if field in listed]


_Conditions = tuple[str, dict[str, Any]]
"""A WHERE clause and the values of its parameters."""


def _conditions(wanted: FoundErrors) -> _Conditions:
    """For the errors themselves."""
    conditions, values = _exact(wanted, "vendor_id", "upload_id", "error_type", "sku", "vendor_product_id")
    for name, condition, value in (
        ("from_", "created_at >= :from_", wanted.from_),
        ("to", "created_at < :to", wanted.to),
        ("value", "value ILIKE :value", wanted.value and containing(wanted.value)),
        ("q", "(error_message ILIKE :q OR value ILIKE :q)", wanted.q and containing(wanted.q)),
    ):
        if value:
            conditions.append(condition)
            values[name] = value
    return " AND ".join(conditions) or "true", values


def _exact(wanted: FoundErrors, *names: str) -> tuple[list[str], dict[str, Any]]:
    values = {name: getattr(wanted, name) for name in names if getattr(wanted, name) is not None}
    conditions = [f"{name} = :{name}" for name in values]
    if wanted.error_field is not None:
        conditions.append("error_field = ANY(:error_fields)")
        values["error_fields"] = fields_naming(wanted.error_field)
    return conditions, values


def containing(searched: str) -> str:
    """A pattern for ILIKE that finds the text itself, wherever it stands."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", searched) + "%"


_KEYS = {
    "error_type": "error_type",
    "error_field": "error_field",
    "value": "value",
    "vendor_id": "vendor_id",
    "day": "to_char(day, 'YYYY-MM-DD')",
}
GROUPINGS = tuple(_KEYS)


def _can_use_counts(group_by: str, wanted: FoundErrors) -> bool:
    return group_by != "value" and wanted.is_counted


def _from_counts(group_by: str, wanted: FoundErrors) -> _Conditions:
    """Of the four grains, the coarsest that still tells apart what is asked: only there can rows be added up."""
    conditions, values = _exact(wanted, "vendor_id", "upload_id", "error_type")
    conditions += ["by_type = :by_type", "by_field = :by_field"]
    values["by_type"] = group_by == "error_type" or wanted.error_type is not None
    values["by_field"] = group_by == "error_field" or wanted.error_field is not None
    for name, comparison, moment in (("from_", ">=", wanted.from_), ("to", "<", wanted.to)):
        if moment:
            conditions.append(f"day {comparison} (cast(:{name} AS timestamptz) AT TIME ZONE 'UTC')::date")
            values[name] = moment
    query = f"""
        SELECT key, sum(errors)::int AS errors, sum(rows)::int AS rows, count(*)::int AS uploads FROM (
            SELECT {_KEYS[group_by]} AS key, sum(errors) AS errors, sum(rows) AS rows
            FROM error_counts WHERE {" AND ".join(conditions)} GROUP BY key, upload_id
        ) AS by_upload GROUP BY key
        """
    return query, values


def _from_errors(group_by: str, wanted: FoundErrors) -> _Conditions:
    conditions, values = _conditions(wanted)
    query = f"""
        SELECT key, sum(errors)::int AS errors, count(*)::int AS rows, count(DISTINCT upload_id)::int AS uploads FROM (
            SELECT {_KEYS[group_by]} AS key, upload_id, row_number, count(*) AS errors
            FROM (SELECT *, (created_at AT TIME ZONE 'UTC')::date AS day FROM validation_errors) AS found
            WHERE {conditions} GROUP BY key, upload_id, row_number
        ) AS by_row GROUP BY key
        """
    return query, values


def _is_midnight(moment: datetime | None) -> bool:
    return moment is None or (moment - _EPOCH).total_seconds() % 86400 == 0
