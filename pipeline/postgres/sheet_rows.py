"""Where a spreadsheet shows the rows of an upload, from whatever PostgreSQL has of them. The caller has checked the
scope."""

from collections.abc import Iterable

from pipeline.postgres.database import Cursor, as_array
from pipeline.postgres.row_sources import CONFIRMATION_OF_ROW


def sheet_rows_of(cursor: Cursor, upload_id: str, row_numbers: Iterable[int]) -> dict[int, int]:
    """The sheet rows by row number; without rows of which nothing is known, such as those that are not decided."""
    rows = sorted(set(row_numbers))
    if not rows:
        return {}
    cursor.execute(_SHEET_ROWS, {"upload_id": upload_id, "rows": as_array(rows)})
    return {row.n: row.sheet_row for row in cursor if row.sheet_row}


_OF_ROW = "WHERE upload_id = %(upload_id)s AND row_number = n LIMIT 1"
_SHEET_ROWS = f"""
    SELECT n, coalesce(
        (SELECT sheet_row FROM validation_errors {_OF_ROW}),
        (SELECT sheet_row FROM products {_OF_ROW}),
        (SELECT sheet_row FROM record_changes {_OF_ROW}),
        (SELECT (product -> 'sheet_row')::int FROM removed_products {_OF_ROW}),
        (SELECT sheet_row FROM ({CONFIRMATION_OF_ROW}) AS confirmation LIMIT 1)
    ) AS sheet_row
    FROM unnest(%(rows)s::int[]) AS n
    """
