"""Previews of corrections: dry runs whose stored file is processed again when the vendor sends what they corrected.

All functions take the cursor of the caller's transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.domain.cells import STRIPPED
from pipeline.domain.errors import ErrorType
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.causes import CASE_FOLDED
from pipeline.postgres.database import Cursor

_LONGEST_VALUE = 200  # longer ones are stored shortened


@dataclass(frozen=True, slots=True)
class CorrectedCategory:
    """A wrong category as its first row spells it, and the only one that was written instead."""

    value: str
    category: str
    rows: int


def is_correction(cursor: Cursor, upload_id: str) -> bool:
    """Whether the service has written the file of the upload, and still knows what it changed there."""
    cursor.execute("SELECT FROM corrections WHERE upload_id = %s LIMIT 1", (upload_id,))
    return cursor.fetchone() is not None


def corrected_categories(cursor: Cursor, upload_id: str) -> list[CorrectedCategory]:
    """What a correction wrote for wrong categories, the most frequent first: only where that is one active category."""
    cursor.execute(
        f"""
        SELECT btrim(to_jsonb(min(ROW(n, value))) ->> 'f2', %(stripped)s) AS value, min(category_name) AS category,
               count(*)::int AS rows
        FROM (
            SELECT e.row_number AS n, e.value, {CASE_FOLDED.format("e.value")} AS name, category_name
            FROM corrections c CROSS JOIN LATERAL unnest(c.row_numbers) AS changed (n)
            JOIN validation_errors e ON e.upload_id = c.source_upload_id AND e.row_number = changed.n
            LEFT JOIN product_categories p
                   ON p.is_active AND {CASE_FOLDED.format("p.category_name")}
                          = {CASE_FOLDED.format("c.cells ->> 'category'")}
            WHERE c.upload_id = %(upload_id)s AND e.error_type = %(unknown_category)s
              AND length(e.value) <= %(longest)s
        ) AS corrected
        GROUP BY name HAVING count(DISTINCT category_name) = 1 AND count(category_name) = count(*)
        ORDER BY count(*) DESC, name
        """,
        {
            "upload_id": upload_id,
            "unknown_category": ErrorType.INVALID_CATEGORY,
            "stripped": STRIPPED,
            "longest": _LONGEST_VALUE,
        },
    )
    return [CorrectedCategory(*row) for row in cursor]


def rows_left_behind(cursor: Cursor, upload_id: str, parent_rows: Collection[int]) -> list[int]:
    """Those of these rows of the parent that the correction does not have, in order."""
    cursor.execute(
        """
        SELECT n FROM unnest(%s::int[]) AS n
        WHERE NOT EXISTS (SELECT FROM corrections WHERE upload_id = %s AND n = ANY (parent_row_numbers)) ORDER BY n
        """,
        (list(parent_rows), upload_id),
    )
    return [row.n for row in cursor]


def sent_before(cursor: Cursor, preview_id: str) -> str | None:
    """The upload that sent what a preview showed, if there is one. Locks the preview, so that it is sent only once."""
    cursor.execute("SELECT FROM upload_history WHERE upload_id = %s FOR NO KEY UPDATE", (preview_id,))
    cursor.execute(
        """
        SELECT upload_id FROM upload_history
        WHERE source_upload_id = %s AND NOT dry_run AND status NOT IN %s ORDER BY upload_number DESC LIMIT 1
        """,
        (preview_id, (UploadStatus.CANCELLED, UploadStatus.FAILED)),
    )
    row = cursor.fetchone()
    return row.upload_id if row else None


def make_correction(cursor: Cursor, upload_id: str, preview_id: str) -> None:
    """Makes an upload that processes the file of a preview again what a correction is from its beginning: one that
    corrects the preview's parent, under what that one pinned of remembered headers."""
    cursor.execute(
        """
        UPDATE upload_history u
        SET parent_upload_id = preview.parent_upload_id, remembered_headers = preview.remembered_headers
        FROM upload_history preview WHERE u.upload_id = %s AND preview.upload_id = %s
        """,
        (upload_id, preview_id),
    )
