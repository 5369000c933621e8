"""The order of a vendor's uploads, in which what they say of a product counts.

An upload stands where it was announced, strictly behind every other of its vendor; one that comes from another stands
directly behind that one, and several of one in the order in which they were made.
"""

from typing import Any

from pipeline.postgres.database import Cursor

_ATTEMPTS = 1_000  # each is lost to another announcement of the same vendor in the same millisecond


class PlaceNotFound(Exception):
    """Every place that was tried belonged to another upload by then."""


# The moment, to the millisecond, unless an upload of the vendor stands there or later.
_PLACE = """(
    SELECT greatest(date_trunc('milliseconds', clock_timestamp()),
                    date_trunc('milliseconds', max(effective_at)) + interval '1 millisecond')
    FROM upload_history WHERE vendor_id = %(vendor_id)s)"""


def insert_last(cursor: Cursor, values: dict[str, str], parameters: dict[str, Any], *, conflict: str = "") -> Any:
    """Adds an upload behind all others of its vendor; returns its row.

    If one with the same values in the columns of `conflict` exists already, it adds none and returns None.

    `values` are SQL expressions by column, of which `parameters` has the values; `vendor_id` must be among these.
    """
    # Two announcements at once choose the same place: a unique key stops one, which then chooses the next. A lock would
    # let all announcements of a vendor wait for each other's transactions.
    columns, expressions = ", ".join(values), ", ".join(values.values())
    for _ in range(_ATTEMPTS):
        cursor.execute(
            f"""
            INSERT INTO upload_history ({columns}, effective_at) VALUES ({expressions}, {_PLACE})
            ON CONFLICT DO NOTHING RETURNING *
            """,
            parameters,
        )
        row = cursor.fetchone()
        if row or (conflict and _exists(cursor, values, parameters, conflict)):
            return row
    raise PlaceNotFound(parameters["vendor_id"])


def _exists(cursor: Cursor, values: dict[str, str], parameters: dict[str, Any], conflict: str) -> bool:
    clause = " AND ".join(f"{column} = {values[column]}" for column in conflict.split())
    cursor.execute(f"SELECT 1 FROM upload_history WHERE {clause}", parameters)
    return cursor.fetchone() is not None


def place_behind(cursor: Cursor, upload_id: str, source_upload_id: str) -> None:
    """Moves an upload of which no record is staged directly behind the one it comes from.

    One that processes a stored file again stays behind the upload of that file.
    """
    cursor.execute(
        """
        UPDATE upload_history u SET effective_at = source.effective_at,
                                    effective_path = source.effective_path || u.upload_number
        FROM upload_history source
        WHERE u.upload_id = %s AND source.upload_id = %s AND u.total_records IS NULL
          AND coalesce(u.source_upload_id, source.upload_id) = source.upload_id
        """,
        (upload_id, source_upload_id),
    )
