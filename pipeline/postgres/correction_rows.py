"""The rows of corrections: which rejected rows of an upload are sent again, and what is changed in each.

They are chosen, and stored, in the transaction of the request. What is written later depends on nothing else.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from pipeline.domain.cells import STRIPPED
from pipeline.domain.columns import Column, stored_header
from pipeline.domain.errors import ErrorType
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.corrected_file import ChangedRow
from pipeline.postgres.database import Cursor, Database, as_json
from pipeline.postgres.row_versions import LATEST_VERSIONS

_BLOCK = 2_000
# Look-ups in objects, not joins: the planner does not know how many rows an upload has that has just ended, and a
# nested loop over 20,000 fixes and 100,000 errors takes minutes.
_KEY = (
    "concat_ws(chr(31), error_type, coalesce(error_field, ''),"
    " casefold(btrim({}, %(stripped)s) COLLATE pg_unicode_fast))"
)
_NEW_VALUE = "CASE WHEN fix IS NOT NULL THEN coalesce(fix #>> '{}', CASE WHEN is_latest THEN suggestion END) END"


@dataclass(frozen=True, slots=True)
class Fix:
    """What is written in a field of every row with an error of one cause: a value, or the suggestion of each error.

    Without a value of its own, a cause is all errors of its type and field. One that names a value is preferred.
    """

    error_type: str
    error_field: str | None
    value: str | None = None
    new_value: str | None = None


@dataclass(frozen=True, slots=True)
class RowFix:
    """What is written in the cells of one row, by our columns."""

    row_number: int
    cells: Mapping[str, str]


def choose(
    cursor: Cursor,
    upload_id: str,
    parent_upload_id: str,
    *,
    fixes: Sequence[Fix],
    rows: Sequence[RowFix],
    omit: Collection[int],
) -> int:
    """Stores the rejected rows of the parent that the upload corrects, and returns how many there are.

    These are the rows that a fix names, but for those of `omit` and those that are corrected already, if all of their
    errors are addressed. A row that was sent before and rejected again is taken as it was in its latest version; a fix
    may name its errors there or in the parent.
    """
    cursor.execute(
        f"""
        WITH RECURSIVE fixes AS MATERIALIZED (
            SELECT coalesce(jsonb_object_agg({_KEY.format("value")}, new_value), '{{}}') AS by_cause
            FROM jsonb_to_recordset(%(fixes)s) AS f (error_type TEXT, error_field TEXT, value TEXT, new_value TEXT)
        ), {LATEST_VERSIONS}, errors AS (
            SELECT row_number AS n, error_type, error_field, value, suggestion, report_order,
                   NOT jsonb_exists((SELECT by_row FROM versions), row_number::text) AS is_latest
            FROM validation_errors WHERE upload_id = %(parent)s
            UNION ALL
            SELECT latest.n, error_type, error_field, value, suggestion, report_order, true
            FROM latest JOIN validation_errors e USING (upload_id, row_number)
        ), matched AS (
            SELECT *, coalesce((SELECT by_cause FROM fixes) -> {_KEY.format("coalesce(value, '')")},
                               (SELECT by_cause FROM fixes) -> {_KEY.format("NULL")}) AS fix
            FROM errors
        ), by_row AS (
            SELECT n, bool_or(fix IS NOT NULL) AS is_named,
                   coalesce(jsonb_object_agg(error_field, {_NEW_VALUE} ORDER BY is_latest, report_order)
                            FILTER (WHERE {_NEW_VALUE} IS NOT NULL AND error_field IS NOT NULL), '{{}}') AS cells,
                   coalesce(string_to_array(string_agg(error_field, ',') FILTER (WHERE is_latest), ','), '{{}}')
                       AS fields,
                   bool_or(is_latest AND error_type = %(malformed)s) AS is_malformed,
                   %(rows)s::jsonb -> n::text AS single
            FROM matched GROUP BY n
        ), chosen AS (
            SELECT n, cells || coalesce(single, '{{}}') AS cells, (SELECT by_row FROM versions) -> n::text AS version
            FROM by_row
            WHERE (is_named OR single IS NOT NULL) AND jsonb_exists_all(cells || coalesce(single, '{{}}'), fields)
              AND (NOT is_malformed OR coalesce(single <> '{{}}', false))
              AND n NOT IN (SELECT unnest(%(omit)s::int[]))
              AND NOT EXISTS (SELECT FROM corrected_rows c WHERE c.upload_id = %(parent)s AND c.row_number = n)
        ), added AS (
            INSERT INTO corrections (upload_id, source_upload_id, cells, row_numbers, parent_row_numbers)
            SELECT %(upload_id)s, coalesce(version ->> 0, %(parent)s) AS source, cells,
                   array_agg(coalesce((version ->> 1)::int, n) ORDER BY n), array_agg(n ORDER BY n)
            FROM chosen GROUP BY source, cells
            RETURNING cardinality(row_numbers) AS count
        )
        SELECT coalesce(sum(count), 0)::int AS count FROM added
        """,
        {
            "upload_id": upload_id,
            "parent": parent_upload_id,
            "fixes": as_json([asdict(fix) for fix in fixes]),
            "rows": as_json({row.row_number: dict(row.cells) for row in rows}),
            "omit": list(omit),
            "malformed": ErrorType.MALFORMED_ROW,
            "stripped": STRIPPED,
        },
    )
    row = cursor.fetchone()
    return int(row.count)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An upload whose rejected rows are changed, and the columns of its file."""

    upload_id: str
    vendor_id: str
    delimiter: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class UnwrittenCorrection:
    """A correction without its file. `sources` are the uploads with the versions of its rows, the oldest first."""

    upload_id: str
    key: str
    parent: SourceFile
    sources: tuple[SourceFile, ...]
    changed_columns: frozenset[str]


def find_unwritten(cursor: Cursor, upload_id: str) -> UnwrittenCorrection | None:
    """None if the upload is no correction, has its file, or has ended."""
    cursor.execute(
        """
        SELECT file_s3_key, parent_upload_id FROM upload_history
        WHERE upload_id = %s AND status = %s AND file_version_id IS NULL AND parent_upload_id IS NOT NULL
        """,
        (upload_id, UploadStatus.PROCESSING),
    )
    upload = cursor.fetchone()
    if upload is None:
        return None
    cursor.execute(
        """
        SELECT upload_id, vendor_id, coalesce(file_delimiter, ',') AS delimiter, file_columns FROM upload_history
        WHERE upload_id IN (SELECT source_upload_id FROM corrections WHERE upload_id = %s) OR upload_id = %s
        ORDER BY upload_number
        """,
        (upload_id, upload.parent_upload_id),
    )
    files = [
        SourceFile(row.upload_id, row.vendor_id, row.delimiter, stored_header(row.file_columns or ())) for row in cursor
    ]
    cursor.execute(
        "SELECT DISTINCT jsonb_object_keys(cells) AS column_name FROM corrections WHERE upload_id = %s", (upload_id,)
    )
    return UnwrittenCorrection(
        upload_id,
        upload.file_s3_key,
        next(each for each in files if each.upload_id == upload.parent_upload_id),
        tuple(files),
        frozenset(row.column_name for row in cursor),
    )


def changed_rows(database: Database, upload_id: str, source_upload_id: str) -> Iterator[ChangedRow]:
    """The rows of a correction whose versions one upload has, in the order there; fetched in blocks."""
    with database.transaction() as cursor:
        cursor.execute(
            """
            DECLARE changed NO SCROLL CURSOR FOR
            SELECT row_number, parent_row_number, cells
            FROM corrections, unnest(row_numbers, parent_row_numbers) AS r (row_number, parent_row_number)
            WHERE upload_id = %s AND source_upload_id = %s ORDER BY row_number
            """,
            (upload_id, source_upload_id),
        )
        while True:
            cursor.execute(f"FETCH {_BLOCK} FROM changed")
            rows = cursor.fetchall()
            yield from (ChangedRow(*row) for row in rows)
            if len(rows) < _BLOCK:
                return
