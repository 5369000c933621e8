"""What an upload corrects, and what corrects it: its ancestors and descendants by `parent_upload_id`.

All functions take the cursor of the caller's transaction. An upload and its corrections have one vendor.
"""

from dataclasses import dataclass

from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.corrected import Corrected
from pipeline.postgres.database import Cursor

_MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Correction:
    """An upload that corrects another, or a correction of that."""

    upload_id: str
    file_name: str
    status: UploadStatus
    rows: int | None
    accepted: int
    is_corrected: bool
    """Whether all of its own rejected rows have been corrected since."""


def corrected_by(cursor: Cursor, upload_id: str) -> list[Corrected]:
    """The uploads with rejected rows that this one corrects: its parent, then the parent of that, and so on."""
    cursor.execute(
        """
        WITH RECURSIVE above AS (
            SELECT parent_upload_id, 1 AS steps FROM upload_history WHERE upload_id = %s
            UNION ALL
            SELECT parent.parent_upload_id, steps + 1 FROM above
            JOIN upload_history parent ON parent.upload_id = above.parent_upload_id AND steps < %s
        )
        SELECT upload_id, file_name, error_records, corrected_records
        FROM above JOIN upload_history u ON u.upload_id = above.parent_upload_id
        WHERE error_records > 0 ORDER BY steps
        """,
        (upload_id, _MOST_STEPS),
    )
    return [Corrected(*row) for row in cursor]


def corrections_of(cursor: Cursor, upload_id: str, *, limit: int) -> list[Correction]:
    """The uploads that correct this one, directly or further down, the newest first. Dry runs correct nothing."""
    cursor.execute(
        """
        WITH RECURSIVE below AS (
            SELECT upload_id FROM upload_history WHERE parent_upload_id = %(upload_id)s
            UNION
            SELECT child.upload_id FROM below JOIN upload_history child ON child.parent_upload_id = below.upload_id
        )
        SELECT upload_id, file_name, status, total_records, valid_records,
               error_records BETWEEN 1 AND corrected_records AND failure IS NULL AS is_corrected
        FROM below JOIN upload_history USING (upload_id)
        WHERE NOT dry_run AND upload_id <> %(upload_id)s ORDER BY upload_number DESC LIMIT %(limit)s
        """,
        {"upload_id": upload_id, "limit": limit},
    )
    return [Correction(row[0], row[1], UploadStatus(row[2]), *row[3:]) for row in cursor]
