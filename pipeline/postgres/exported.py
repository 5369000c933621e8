"""What an upload of an export needs to know of it: where it stands, and what was changed since."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.stored_products import UploadNumber
from pipeline.domain.uploads import Outcome, UploadStatus
from pipeline.postgres.database import Cursor, as_array

ExportedProduct = tuple[str, int]
"""The export that a record is from, and the product that it names."""


def place_at_export(cursor: Cursor, upload_id: str, export_ids: Sequence[str], *, token: UUID) -> bool:
    """Moves an upload of which nothing is read to where the oldest of these exports stands.

    False if none of them is its vendor's, or if the upload has ended or belongs to another worker. One that processes
    a stored file again, or corrects another, keeps its place.
    """
    # Uploads of one export stand in the order in which they were made, and before any other of the same moment.
    cursor.execute(
        """
        UPDATE upload_history u SET
            export_id = e.export_id,
            effective_at = CASE WHEN is_first THEN e.effective_at ELSE u.effective_at END,
            effective_path = CASE WHEN is_first THEN ARRAY[0, u.upload_number] ELSE u.effective_path END
        FROM (
            SELECT x.export_id, x.effective_at,
                   named.source_upload_id IS NULL AND named.parent_upload_id IS NULL AS is_first
            FROM upload_history named JOIN exports x USING (vendor_id)
            WHERE named.upload_id = %(upload_id)s AND x.export_id = ANY(%(exports)s) AND x.effective_at IS NOT NULL
            ORDER BY x.effective_at LIMIT 1
        ) AS e
        WHERE u.upload_id = %(upload_id)s AND u.lease_token = %(token)s AND u.status = %(processing)s
          AND u.total_records IS NULL
        """,
        {"upload_id": upload_id, "exports": list(export_ids), "token": token, "processing": UploadStatus.PROCESSING},
    )
    return bool(cursor.rowcount)


def changed_since(
    cursor: Cursor, vendor_id: str, products: Collection[ExportedProduct]
) -> dict[ExportedProduct, dict[str, UploadNumber]]:
    """By product, the fields that were changed after the export, with who changed them, the latest last.

    What uploads of the same export changed does not count: the vendor has seen that.
    """
    # One product after the other, by the index: the planner does not know how few changes each has. The changes of one
    # vendor are numbered in the order of their commits, because each locks the vendor.
    cursor.execute(
        """
        SELECT named.export_id, named.product_id, later.outcome, later.columns, upload_number
        FROM unnest(%s::text[], %s::bigint[]) AS named (export_id, product_id)
        JOIN exports x ON x.export_id = named.export_id AND x.vendor_id = %s
        CROSS JOIN LATERAL (
            SELECT change_id, upload_id, outcome, ARRAY(SELECT jsonb_object_keys(changes)) AS columns
            FROM record_changes c
            WHERE c.product_id = named.product_id AND c.change_id > x.last_change AND is_written OFFSET 0
        ) AS later
        JOIN upload_history u USING (upload_id)
        WHERE u.export_id IS DISTINCT FROM named.export_id ORDER BY change_id
        """,
        (as_array([each for each, _ in products]), as_array([each for _, each in products]), vendor_id),
    )
    since: dict[ExportedProduct, dict[str, UploadNumber]] = defaultdict(dict)
    for row in cursor:
        fields = since[row.export_id, row.product_id]
        for column in VALUE_COLUMNS if row.outcome == Outcome.CREATED else row.columns:
            fields.pop(column, None)
            fields[column] = row.upload_number
    return since
