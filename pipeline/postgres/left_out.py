"""`left_out_values`: the cells that records were accepted without, written in the transaction that accepts them."""

import json
from collections.abc import Sequence

from pipeline.domain.errors import RowError, shorten_value
from pipeline.postgres.database import Cursor, as_array


def insert_values(cursor: Cursor, upload_id: str, records: Sequence[tuple[int, Sequence[RowError]]]) -> None:
    """`records` are row numbers with the errors in values that were left out; most have none."""
    rows = [
        (row_number, json.dumps({error.error_field: shorten_value(error.value) for error in errors}))
        for row_number, errors in records
        if errors
    ]
    if rows:
        cursor.execute(
            """
            INSERT INTO left_out_values (upload_id, row_number, cells)
            SELECT %s, * FROM unnest(%s::int[], %s::jsonb[])
            """,
            (upload_id, *map(as_array, zip(*rows, strict=True))),
        )
