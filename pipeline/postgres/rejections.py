"""`validation_errors`: the errors of rejected records, written a batch at a time and read in report order."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.errors import RowError, shorten_value
from pipeline.domain.records import Record
from pipeline.outcome.reports import RejectedRow, ReportLine
from pipeline.postgres.database import Cursor, Database, as_array

_LONGEST_ID = 100
_BLOCK = 2_000


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record with its errors, and the row as received."""

    record: Record
    errors: Sequence[RowError]
    original_data: dict[str, str]


def insert_errors(cursor: Cursor, upload_id: str, vendor_id: str, rejections: Sequence[Rejection]) -> None:
    rows = [
        (
            rejection.record.row_number,
            rejection.record.row.line,
            rejection.record.row.sheet_row,
            rejection.record.key("vendor_product_id")[:_LONGEST_ID] or None,
            rejection.record.key("sku")[:_LONGEST_ID] or None,
            error.error_type,
            error.error_field,
            error.message,
            shorten_value(error.value),
            error.suggestion,
            json.dumps(error.conflict) if error.conflict else None,
            error.report_order,
            json.dumps(rejection.original_data),
        )
        for rejection in rejections
        for error in rejection.errors
    ]
    if rows:
        cursor.execute(
            """
            INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, vendor_product_id, sku,
                                           error_type, error_field, error_message, value, suggestion, conflict,
                                           report_order, original_data)
            SELECT %s, %s, * FROM unnest(%s::int[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[],
                                         %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::smallint[],
                                         %s::jsonb[])
            """,
            (upload_id, vendor_id, *map(as_array, zip(*rows, strict=True))),
        )


def stored_errors(cursor: Cursor, upload_id: str, row_numbers: Sequence[int]) -> dict[int, list[RowError]]:
    """The errors of rows that were decided before, by row number; rows without errors became products."""
    errors: dict[int, list[RowError]] = {}
    if row_numbers:
        cursor.execute(
            """
            SELECT row_number, error_type, error_field, error_message FROM validation_errors
            WHERE upload_id = %s AND row_number = ANY(%s) ORDER BY row_number, report_order
            """,
            (upload_id, list(row_numbers)),
        )
        for row in cursor:
            error = RowError(row.error_type, row.error_field, row.error_message)
            errors.setdefault(row.row_number, []).append(error)
    return errors


def report_lines(database: Database, upload_id: str) -> Iterator[ReportLine]:
    """Every error of an upload in report order, fetched in blocks."""
    with database.transaction() as cursor:
        cursor.execute(
            """
            DECLARE lines NO SCROLL CURSOR FOR
            SELECT row_number, sku, error_type, error_message, error_field, value, suggestion, line,
                   vendor_product_id, sheet_row
            FROM validation_errors WHERE upload_id = %s ORDER BY row_number, report_order
            """,
            (upload_id,),
        )
        yield from map(ReportLine._make, _fetch(cursor, "lines"))


def rejected_rows(database: Database, upload_id: str) -> Iterator[RejectedRow]:
    """Every rejected row of an upload with its errors, in order, fetched in blocks."""
    with database.transaction() as cursor:
        cursor.execute(
            """
            DECLARE rejected NO SCROLL CURSOR FOR
            SELECT row_number, array_agg(error_message ORDER BY report_order) AS messages,
                   array_agg(suggestion ORDER BY report_order) AS suggestions
            FROM validation_errors WHERE upload_id = %s GROUP BY row_number ORDER BY row_number
            """,
            (upload_id,),
        )
        yield from map(RejectedRow._make, _fetch(cursor, "rejected"))


def wrong_fields(database: Database, upload_id: str) -> Iterator[Sequence[str | None]]:
    """The fields of the errors of every rejected row, in the order of `rejected_rows`, fetched in blocks."""
    with database.transaction() as cursor:
        cursor.execute(
            """
            DECLARE fields NO SCROLL CURSOR FOR
            SELECT array_agg(error_field) FROM validation_errors WHERE upload_id = %s
            GROUP BY row_number ORDER BY row_number
            """,
            (upload_id,),
        )
        for (fields,) in _fetch(cursor, "fields"):
            yield fields  # type: ignore[misc]


def _fetch(cursor: Cursor, name: str) -> Iterator[Sequence[object]]:
    while True:
        cursor.execute(f"FETCH {_BLOCK} FROM {name}")
        rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
