"""Corrections: the upload that a fix file came from, and how many of its rejected rows have been corrected.

All functions take the cursor of the caller's transaction. A decision locks the vendor, so that each corrected row is
counted once, however many fix files are sent at the same time.
"""

from collections.abc import Sequence
from uuid import UUID

from pipeline.domain.errors import BEFORE_SUGGESTION, MESSAGE_SEPARATOR, ErrorType
from pipeline.domain.failures import FileWarning
from pipeline.domain.one_line import one_line
from pipeline.domain.severity import WarningCode
from pipeline.domain.uploads import UPLOAD_ID, UploadStatus
from pipeline.postgres.database import Cursor, as_json
from pipeline.postgres.placing import place_behind
from pipeline.reading.file_start import FixFileStart
from pipeline.reading.lineage import FixFileRow

_SEARCHED = 1_000  # the vendor's newest uploads

RowPair = tuple[int, int]
"""A row's number in its own upload, and in the parent."""


def find_parent(cursor: Cursor, upload_id: str, start: FixFileStart) -> str | None:
    """The upload whose fix file this is: the first of its vendor's that a row names; else the one in the name of the
    file, or else the one that rejected these rows."""
    return (
        _by_mark(cursor, upload_id, start.upload_ids)
        or _by_name(cursor, upload_id)
        or (_by_rows(cursor, upload_id, start.rows) if start.rows else None)
    )


def adopt(cursor: Cursor, upload_id: str, parent_upload_id: str, *, token: UUID) -> bool:
    """Makes an upload of which nothing is read one that corrects the parent, with the parent's decisions where it has
    none of its own, and its place; False if the upload has ended, belongs to another worker or has a parent.

    One that processes a stored file again has the decisions and the place of its source. The encoding and the sheet
    are those of the parent's file; ours is another.
    """
    cursor.execute(
        """
        UPDATE upload_history u SET
            parent_upload_id = parent.upload_id,
            decisions = CASE WHEN u.source_upload_id IS NULL THEN inherited.decisions ELSE u.decisions END,
            mode = CASE WHEN u.source_upload_id IS NULL THEN inherited.decisions ->> 'mode' ELSE u.mode END
        FROM upload_history parent
        CROSS JOIN LATERAL (SELECT parent.decisions || %(of_the_file)s || requested_decisions AS decisions
                            FROM upload_history WHERE upload_id = %(upload_id)s) AS inherited
        WHERE u.upload_id = %(upload_id)s AND parent.upload_id = %(parent)s
          AND u.lease_token = %(token)s AND u.status = %(processing)s
          AND u.total_records IS NULL AND u.parent_upload_id IS NULL
        """,
        {
            "upload_id": upload_id,
            "parent": parent_upload_id,
            "token": token,
            "processing": UploadStatus.PROCESSING,
            "of_the_file": as_json({"encoding": None, "sheet": None}),
        },
    )
    if not cursor.rowcount:
        return False
    place_behind(cursor, upload_id, parent_upload_id)
    return True


def _by_mark(cursor: Cursor, upload_id: str, named: Sequence[str]) -> str | None:
    cursor.execute(
        """
        SELECT p.upload_id FROM upload_history u JOIN upload_history p USING (vendor_id)
        JOIN unnest(%s::text[]) WITH ORDINALITY AS named(upload_id, position) ON named.upload_id = p.upload_id
        WHERE u.upload_id = %s AND p.upload_id <> u.upload_id ORDER BY position LIMIT 1
        """,
        (list(named), upload_id),
    )
    row = cursor.fetchone()
    return row.upload_id if row else None


def _by_name(cursor: Cursor, upload_id: str) -> str | None:
    cursor.execute(
        """
        SELECT p.upload_id FROM upload_history u JOIN upload_history p USING (vendor_id)
        WHERE u.upload_id = %s AND p.upload_id = substring(u.file_name FROM %s) AND p.upload_id <> u.upload_id
        """,
        (upload_id, UPLOAD_ID),
    )
    row = cursor.fetchone()
    return row.upload_id if row else None


def _by_rows(cursor: Cursor, upload_id: str, resent: Sequence[FixFileRow]) -> str | None:
    """The one of the vendor's newest uploads whose rejected rows have these numbers, errors and keys.

    A row gives one point for its errors and one for its SKU or vendor product id. An upload needs a quarter of all
    possible points, at least one of them for a key. Of equals, a dry run comes last, and the newest first.
    """
    # Fix files of earlier versions have the messages alone.
    cursor.execute(
        """
        WITH resent AS (
            SELECT * FROM unnest(%(rows)s::int[], %(errors)s::text[], %(skus)s::text[], %(ids)s::text[])
                          AS r(row_number, errors, sku, vendor_product_id)
        ), newest AS (
            SELECT p.upload_id, p.error_records, p.dry_run, p.upload_timestamp
            FROM upload_history u JOIN upload_history p USING (vendor_id)
            WHERE u.upload_id = %(upload_id)s AND p.upload_id <> u.upload_id
            ORDER BY p.upload_timestamp DESC LIMIT %(searched)s
        )
        SELECT newest.upload_id FROM newest CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE resent.errors IN (rejected.errors, messages)) AS same_errors,
                   count(*) FILTER (WHERE rejected.sku = left(resent.sku, 100)
                                    OR rejected.vendor_product_id = left(resent.vendor_product_id, 100)
                                    OR (is_malformed AND resent.errors IN (rejected.errors, messages))) AS same_keys
            FROM resent CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws(%(arrow)s, error_message, nullif(suggestion, '')), %(separator)s
                                  ORDER BY report_order) AS errors,
                       string_agg(error_message, %(separator)s ORDER BY report_order) AS messages,
                       min(sku) AS sku, min(vendor_product_id) AS vendor_product_id,
                       bool_or(error_type = %(malformed)s) AS is_malformed
                FROM validation_errors e
                WHERE e.upload_id = newest.upload_id AND e.row_number = resent.row_number
            ) AS rejected
        ) AS found
        WHERE newest.error_records > 0 AND same_keys > 0 AND 2 * (same_errors + same_keys) >= %(row_count)s
        ORDER BY same_errors + same_keys DESC, dry_run, upload_timestamp DESC LIMIT 1
        """,
        {
            "upload_id": upload_id,
            "rows": [row.row_number for row in resent],
            "errors": [row.errors for row in resent],
            "skus": [row.sku for row in resent],
            "ids": [row.vendor_product_id for row in resent],
            "searched": _SEARCHED,
            "malformed": ErrorType.MALFORMED_ROW,
            "arrow": BEFORE_SUGGESTION,
            "separator": MESSAGE_SEPARATOR,
            "row_count": len(resent),
        },
    )
    row = cursor.fetchone()
    return row.upload_id if row else None


def leading_zeros_warnings(cursor: Cursor, upload_id: str, resent: Sequence[FixFileRow]) -> list[FileWarning]:
    """A warning if a spreadsheet seems to have dropped leading zeros of SKUs or vendor product ids."""
    if not resent:
        return []
    cursor.execute(
        """
        SELECT DISTINCT ON (resent.position) resent.row_number, was, now
        FROM unnest(%(rows)s::int[], %(skus)s::text[], %(ids)s::text[])
             WITH ORDINALITY AS resent(row_number, sku, vendor_product_id, position)
        JOIN upload_history u ON u.upload_id = %(upload_id)s
        JOIN validation_errors e ON e.upload_id = u.parent_upload_id AND e.row_number = resent.row_number
        CROSS JOIN LATERAL (VALUES (e.sku, resent.sku), (e.vendor_product_id, resent.vendor_product_id)) AS k(was, now)
        WHERE was <> now AND now <> '' AND ltrim(was, '0') = now
        ORDER BY resent.position LIMIT 1
        """,
        {
            "upload_id": upload_id,
            "rows": [row.row_number for row in resent],
            "skus": [row.sku for row in resent],
            "ids": [row.vendor_product_id for row in resent],
        },
    )
    row = cursor.fetchone()
    if row is None:
        return []
    was, now = one_line(row.was), one_line(row.now)
    message = (
        f'Row {row.row_number} had "{was}" and now has "{now}": a spreadsheet may have dropped leading zeros.'
        " Import its columns as text."
    )
    return [FileWarning(WarningCode.LEADING_ZEROS_LOST, message)]


def note_accepted(cursor: Cursor, parent_upload_id: str, parent_rows: Sequence[int]) -> None:
    """Counts rejected rows of the parent as corrected: the latest upload that rejected each again, and all above it.

    Rows that the parent did not reject do not count, and no row counts twice. A dry run is no later upload.
    """
    cursor.execute(
        """
        WITH RECURSIVE below AS (
            SELECT n, %(parent)s::text AS upload_id, n AS row_number FROM unnest(%(rows)s::int[]) AS n
            UNION
            SELECT n, child.upload_id::text, again.row_number FROM below
            JOIN upload_history child ON child.parent_upload_id = below.upload_id
            JOIN rows_rejected_again again ON again.upload_id = child.upload_id
                                              AND again.parent_row_number = below.row_number
        ), corrected AS (
            (SELECT DISTINCT ON (n) upload_id, row_number FROM below JOIN upload_history u USING (upload_id)
             WHERE upload_id = %(parent)s OR NOT u.dry_run ORDER BY n, upload_number DESC)
            UNION
            SELECT u.parent_upload_id::text, again.parent_row_number FROM corrected
            JOIN rows_rejected_again AS again USING (upload_id, row_number) JOIN upload_history u USING (upload_id)
        ), added AS (
            INSERT INTO corrected_rows (upload_id, row_number)
            SELECT upload_id, row_number FROM corrected
            WHERE EXISTS (SELECT FROM validation_errors e
                          WHERE e.upload_id = corrected.upload_id AND e.row_number = corrected.row_number)
            ON CONFLICT DO NOTHING RETURNING upload_id
        )
        UPDATE upload_history u SET corrected_records = corrected_records + counted.rows
        FROM (SELECT upload_id, count(*) AS rows FROM added GROUP BY upload_id) AS counted
        WHERE u.upload_id = counted.upload_id
        """,
        {"parent": parent_upload_id, "rows": list(parent_rows)},
    )


def note_rejected_again(cursor: Cursor, upload_id: str, rows: Sequence[RowPair]) -> None:
    """Remembers rows that were rejected again, so that their later correction also counts for the parent's rows."""
    cursor.execute(
        """
        INSERT INTO rows_rejected_again (upload_id, row_number, parent_row_number)
        SELECT %s, * FROM unnest(%s::int[], %s::int[]) ON CONFLICT DO NOTHING
        """,
        (upload_id, [own for own, _ in rows], [parent for _, parent in rows]),
    )
