"""The rejected rows of an upload that are still to be corrected, each in its latest version. The caller has checked
that the upload is in scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from pipeline.domain.cells import STRIPPED
from pipeline.domain.columns import Column, stored_header
from pipeline.domain.errors import ErrorType, RowError
from pipeline.domain.records import Place as RowPlace
from pipeline.outcome.corrected_row import ReceivedRow
from pipeline.postgres.database import Cursor, as_array
from pipeline.postgres.order import Order, Place
from pipeline.postgres.row_versions import versions_below

BY_ROW_NUMBER = Order({"row_number": int})


@dataclass(frozen=True, slots=True)
class RejectedFilter:
    """Only rows with an error of this type and field, whose value is this one in any capitals."""

    error_type: str | None = None
    error_field: str | None = None
    value: str | None = None

    @property
    def is_narrow(self) -> bool:
        return any(each is not None for each in (self.error_type, self.error_field, self.value))


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row by its number in the upload. Its errors and cells are those of its latest version."""

    row_number: int
    upload_id: str
    """The upload of its latest version, to whose rows its errors refer."""
    sku: str | None
    vendor_product_id: str | None
    errors: Sequence[RowError]
    received: ReceivedRow

    @property
    def is_malformed(self) -> bool:
        return any(error.error_type == ErrorType.MALFORMED_ROW for error in self.errors)


@dataclass(frozen=True, slots=True)
class _Numbered:
    row_number: int


def find_row_numbers(
    cursor: Cursor, upload_id: str, filters: RejectedFilter, *, after: Place | None, limit: int
) -> list[_Numbered]:
    """The rows that are left, in order, from the one after `after` on."""
    cursor.execute(
        f"{_rows_left(filters)} ORDER BY row_number LIMIT %(limit)s",
        _parameters(upload_id, filters) | {"after": after[0] if after else 0, "limit": limit},
    )
    return [_Numbered(row.row_number) for row in cursor]


def count_rows(cursor: Cursor, upload_id: str, filters: RejectedFilter, *, most: int) -> int:
    """How many rows are left, counted up to `most`."""
    cursor.execute(
        f"SELECT count(*) FROM ({_rows_left(filters)} LIMIT %(limit)s) AS found",
        _parameters(upload_id, filters) | {"after": 0, "limit": most},
    )
    return int(cursor.fetchone()[0])


_LEFT = (
    "NOT EXISTS (SELECT FROM corrected_rows c WHERE c.upload_id = %(parent)s AND c.row_number = {}) AND {} > %(after)s"
)
_MATCHES = """
    (%(error_type)s::text IS NULL OR error_type = %(error_type)s)
    AND (%(error_field)s::text IS NULL OR error_field = %(error_field)s
         OR %(error_field)s = ANY (string_to_array(error_field, ',')))
    AND (%(value)s::text IS NULL OR casefold(btrim(value, %(stripped)s) COLLATE pg_unicode_fast)
                                    = casefold(btrim(%(value)s, %(stripped)s) COLLATE pg_unicode_fast))
    """


def _rows_left(filters: RejectedFilter) -> str:
    if not filters.is_narrow:
        return f"""
            SELECT DISTINCT row_number FROM validation_errors e
            WHERE upload_id = %(parent)s AND {_LEFT.format("e.row_number", "row_number")}
            """
    return f"""
        WITH RECURSIVE {versions_below()}
        SELECT row_number FROM (
            SELECT row_number FROM validation_errors
            WHERE upload_id = %(parent)s AND {_MATCHES} AND row_number NOT IN (SELECT n FROM latest)
            UNION
            SELECT n FROM latest JOIN validation_errors e USING (upload_id, row_number) WHERE {_MATCHES}
        ) AS matching WHERE {_LEFT.format("matching.row_number", "row_number")}
        """


def _parameters(upload_id: str, filters: RejectedFilter) -> dict[str, Any]:
    return {
        "parent": upload_id,
        "error_type": filters.error_type,
        "error_field": filters.error_field,
        "value": filters.value,
        "stripped": STRIPPED,
    }


def rejected_rows(cursor: Cursor, upload_id: str, row_numbers: Sequence[int]) -> list[RejectedRow]:
    """These rows in order; those that were not rejected, or are corrected already, are left out."""
    if not row_numbers:
        return []
    cursor.execute(
        f"""
        WITH RECURSIVE {versions_below("again.parent_row_number = ANY (%(rows)s::int[])")}
        SELECT rows.n AS row_number, own.line, own.sheet_row, version.upload_id, e.sku, e.vendor_product_id,
               error_type, error_field, error_message, value, suggestion, conflict, original_data
        FROM unnest(%(rows)s::int[]) AS rows (n) LEFT JOIN latest USING (n)
        CROSS JOIN LATERAL (SELECT coalesce(latest.upload_id, %(parent)s) AS upload_id,
                                   coalesce(latest.row_number, rows.n) AS row_number) AS version
        CROSS JOIN LATERAL (SELECT line, sheet_row FROM validation_errors
                            WHERE upload_id = %(parent)s AND row_number = rows.n LIMIT 1) AS own
        JOIN validation_errors e ON e.upload_id = version.upload_id AND e.row_number = version.row_number
        WHERE NOT EXISTS (SELECT FROM corrected_rows c WHERE c.upload_id = %(parent)s AND c.row_number = rows.n)
        ORDER BY rows.n, report_order
        """,
        {"parent": upload_id, "rows": as_array(row_numbers)},
    )
    found = cursor.fetchall()
    sources = _sources(cursor, {row.upload_id for row in found})
    return [_row(list(errors), sources) for _, errors in groupby(found, lambda row: row.row_number)]


class _Source(NamedTuple):
    """The columns and the delimiter of the file with a version."""

    columns: tuple[Column, ...]
    delimiter: str


def _sources(cursor: Cursor, upload_ids: set[str]) -> dict[str, _Source]:
    cursor.execute(
        """
        SELECT upload_id, file_columns, coalesce(file_delimiter, ',') AS delimiter
        FROM upload_history WHERE upload_id = ANY (%s)
        """,
        (list(upload_ids),),
    )
    return {row.upload_id: _Source(stored_header(row.file_columns or ()), row.delimiter) for row in cursor}


def _row(errors: Sequence[Any], sources: Mapping[str, _Source]) -> RejectedRow:
    first = errors[0]
    place, source = RowPlace(first.row_number, first.line, first.sheet_row), sources[first.upload_id]
    return RejectedRow(
        row_number=first.row_number,
        upload_id=first.upload_id,
        sku=first.sku,
        vendor_product_id=first.vendor_product_id,
        errors=[
            RowError(each.error_type, each.error_field, each.error_message, each.value, each.suggestion, each.conflict)
            for each in errors
        ],
        received=ReceivedRow(place, source.columns, source.delimiter, first.original_data or {}),
    )
