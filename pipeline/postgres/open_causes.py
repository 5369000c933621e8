"""What keeps an upload's rejected rows from being accepted now, for the page on which they are corrected.

Rows that were corrected since are not counted; rows that were sent again and rejected again count with the errors of
their latest version.
"""

from dataclasses import dataclass

from pipeline.domain.cells import STRIPPED
from pipeline.domain.errors import ErrorType
from pipeline.postgres.causes import CASE_FOLDED, after_place
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Place
from pipeline.postgres.row_versions import LATEST_VERSIONS

OPEN_ERRORS = f"""
    WITH RECURSIVE {LATEST_VERSIONS}, open_errors AS (
        SELECT row_number AS n, error_type, error_field, value, suggestion FROM validation_errors e
        WHERE upload_id = %(parent)s AND NOT jsonb_exists((SELECT by_row FROM versions), row_number::text)
          AND NOT EXISTS (SELECT FROM corrected_rows c WHERE c.upload_id = %(parent)s AND c.row_number = e.row_number)
        UNION ALL
        SELECT latest.n, error_type, error_field, value, suggestion
        FROM latest JOIN validation_errors e USING (upload_id, row_number)
        WHERE NOT EXISTS (SELECT FROM corrected_rows c WHERE c.upload_id = %(parent)s AND c.row_number = latest.n)
    )
"""


@dataclass(frozen=True, slots=True)
class OpenCause:
    """Errors of one cause, each in another row; `suggested` counts those with a suggestion.

    `example` is the value of one of them, one with a suggestion if there is any, which is then `suggestion`. Only of
    unknown categories, `value` tells causes apart.
    """

    error_type: str
    count: int
    error_field: str | None
    value: str | None
    example: str | None
    suggestion: str | None
    suggested: int


def open_causes(cursor: Cursor, upload_id: str, *, limit: int, after: Place | None = None) -> list[OpenCause]:
    """The most frequent cause first, from the one after `after` on."""
    condition, place = after_place(after)
    cursor.execute(
        f"""
        {OPEN_ERRORS}
        SELECT error_type, count, error_field,
               CASE WHEN error_type = %(unknown_category)s THEN btrim(first ->> 'f2', %(stripped)s) END AS value,
               example ->> 'f3' AS example, example ->> 'f4' AS suggestion, suggested
        FROM (
            SELECT error_type, error_field,
                   CASE WHEN error_type = %(unknown_category)s THEN {CASE_FOLDED.format("value")} ELSE '' END
                       COLLATE pg_unicode_fast AS folded,
                   count(*)::int AS count, count(suggestion)::int AS suggested,
                   to_jsonb(min(ROW(n, value))) AS first,
                   to_jsonb(min(ROW(suggestion IS NULL, n, value, suggestion))) AS example
            FROM open_errors GROUP BY error_type, error_field, folded
        ) AS causes
        {condition} LIMIT %(limit)s
        """,
        {"parent": upload_id, "limit": limit, "stripped": STRIPPED, "unknown_category": ErrorType.INVALID_CATEGORY}
        | place,
    )
    return [OpenCause(*row) for row in cursor]
