"""Claims: one worker at a time reads an upload's file, under a lease.

All functions take the cursor of the caller's transaction. Steps are conditional UPDATEs, whose row count says
whether this caller made the step: a repeated, late or concurrent caller changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pipeline.checking.rules import RULES_VERSION, Categories
from pipeline.domain.decisions import Decisions
from pipeline.domain.uploads import OUTCOME_STATUSES, UPLOAD_ID, UploadStatus
from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to read a file: one version of one object, with the categories fixed for it."""

    upload_id: str
    vendor_id: str | None
    vendor_status: str | None
    key: str
    version_id: str
    size: int
    lease_token: UUID
    categories: Categories
    decisions: Decisions
    total_records: int | None


def claim(
    cursor: Cursor,
    upload_id: str,
    *,
    token: UUID,
    lease: timedelta,
    key: str | None = None,
    version_id: str | None = None,
    size: int = 0,
) -> Claim | None:
    """Claims an upload whose file has arrived; None if another worker has it, or it has ended.

    The first version that is claimed is the upload's file; other versions, and objects under other keys, are not. A
    worker that died before it staged its first record is replaced here; after that, the sweeper finishes its work.
    """
    # Only the first claim is progress: an upload whose workers keep dying must be given up in the end.
    cursor.execute(
        """
        UPDATE upload_history u SET
            status = %(processing)s, failure = NULL, processing_completed_at = NULL,
            last_progress_at = CASE WHEN u.status = %(processing)s THEN u.last_progress_at ELSE now() END,
            file_version_id = coalesce(u.file_version_id, %(version_id)s),
            file_size_bytes = CASE WHEN u.file_version_id IS NULL THEN %(size)s ELSE u.file_size_bytes END,
            processing_started_at = coalesce(u.processing_started_at, now()),
            lease_token = %(token)s, lease_until = now() + %(lease)s,
            rules_version = coalesce(u.rules_version, %(rules_version)s),
            categories = coalesce(u.categories, (SELECT coalesce(jsonb_agg(category_name ORDER BY category_id), '[]')
                                                 FROM product_categories WHERE is_active)),
            remembered_headers = coalesce(u.remembered_headers, (
                SELECT coalesce(jsonb_agg(jsonb_build_object('header', header, 'columns', columns, 'unit', unit)
                                          ORDER BY remembered_at DESC, name DESC), '[]')
                FROM remembered_headers r WHERE r.vendor_id = u.vendor_id)),
            aliases = coalesce(u.aliases, (
                SELECT coalesce(jsonb_object_agg(name, category), '{}')
                FROM category_aliases a WHERE a.vendor_id = u.vendor_id))
        WHERE u.upload_id = %(upload_id)s AND u.file_s3_key = coalesce(%(key)s, u.file_s3_key)
          AND (u.file_version_id IS NULL OR u.file_version_id = coalesce(%(version_id)s, u.file_version_id))
          AND (u.status IN (%(awaiting_upload)s, %(expired)s)
               OR (u.status = %(processing)s AND u.total_records IS NULL AND u.failure IS NULL
                   AND coalesce(u.lease_until < now(), true)))
          AND coalesce(u.file_version_id, %(version_id)s) IS NOT NULL
        RETURNING u.upload_id
        """,
        {
            "upload_id": upload_id,
            "key": key,
            "version_id": version_id,
            "size": size,
            "token": token,
            "lease": lease,
            "rules_version": RULES_VERSION,
            "awaiting_upload": UploadStatus.AWAITING_UPLOAD,
            "processing": UploadStatus.PROCESSING,
            "expired": UploadStatus.EXPIRED,
        },
    )
    if not cursor.rowcount:
        return None
    inherit_decisions(cursor, upload_id)
    return _read_claim(cursor, upload_id, token)


def inherit_decisions(cursor: Cursor, upload_id: str) -> None:
    """Gives an upload whose file is named as another upload's fix file what was decided there and not named here."""
    cursor.execute(
        """
        UPDATE upload_history u SET decisions = parent.decisions || u.requested_decisions,
                                    mode = (parent.decisions || u.requested_decisions) ->> 'mode'
        FROM upload_history parent
        WHERE u.upload_id = %s AND u.total_records IS NULL AND u.source_upload_id IS NULL
          AND parent.vendor_id = u.vendor_id
          AND parent.upload_id = substring(u.file_name FROM %s) AND parent.upload_id <> u.upload_id
        """,
        (upload_id, UPLOAD_ID),
    )


def note_arrival(cursor: Cursor, upload_id: str, version_id: str | None, size: int | None) -> None:
    """Starts processing an upload whose file arrived without its event, so that the sweeper continues or ends it.

    `version_id` is needed only if the upload has no version yet.
    """
    cursor.execute(
        """
        UPDATE upload_history SET
            status = %(processing)s, processing_started_at = now(), last_progress_at = now(),
            file_version_id = coalesce(file_version_id, %(version_id)s),
            file_size_bytes = coalesce(%(size)s, file_size_bytes)
        WHERE upload_id = %(upload_id)s AND status = %(awaiting_upload)s
          AND coalesce(file_version_id, %(version_id)s) IS NOT NULL
        """,
        {
            "upload_id": upload_id,
            "version_id": version_id,
            "size": size,
            "awaiting_upload": UploadStatus.AWAITING_UPLOAD,
            "processing": UploadStatus.PROCESSING,
        },
    )


def take_over(
    cursor: Cursor, upload_id: str, *, token: UUID, lease: timedelta, from_token: UUID | None
) -> Claim | None:
    """Claims an upload from a worker that handed it over (`from_token`), or from one whose lease ran out (None)."""
    cursor.execute(
        """
        UPDATE upload_history SET
            lease_token = %(token)s, lease_until = now() + %(lease)s,
            last_progress_at = CASE WHEN %(from_token)s IS NULL THEN last_progress_at ELSE now() END
        WHERE upload_id = %(upload_id)s AND status = %(processing)s AND failure IS NULL
          AND (lease_token = %(from_token)s OR (%(from_token)s IS NULL AND coalesce(lease_until < now(), true)))
        """,
        {
            "upload_id": upload_id,
            "token": token,
            "lease": lease,
            "from_token": from_token,
            "processing": UploadStatus.PROCESSING,
        },
    )
    return _read_claim(cursor, upload_id, token) if cursor.rowcount else None


def find_abandoned(cursor: Cursor, upload_id: str) -> Claim | None:
    """The claim of an ended upload whose last worker died: staging may lack decisions on some records."""
    cursor.execute(
        """
        SELECT lease_token FROM upload_history
        WHERE upload_id = %s AND status IN %s AND total_records IS NOT NULL AND lease_until < now()
        """,
        (upload_id, OUTCOME_STATUSES),
    )
    row = cursor.fetchone()
    return _read_claim(cursor, upload_id, row.lease_token) if row else None


def _read_claim(cursor: Cursor, upload_id: str, token: UUID) -> Claim:
    cursor.execute(
        """
        SELECT u.vendor_id, v.status AS vendor_status, file_s3_key, file_version_id, file_size_bytes, categories,
               aliases, decisions, remembered_headers, total_records
        FROM upload_history u LEFT JOIN vendors v USING (vendor_id) WHERE upload_id = %s
        """,
        (upload_id,),
    )
    row = cursor.fetchone()
    return Claim(
        upload_id=upload_id,
        vendor_id=row.vendor_id,
        vendor_status=row.vendor_status,
        key=row.file_s3_key,
        version_id=row.file_version_id,
        size=row.file_size_bytes,
        lease_token=token,
        categories=Categories(row.categories, row.aliases),
        decisions=Decisions.of(row.decisions, row.remembered_headers or ()),
        total_records=row.total_records,
    )


def renew_lease(cursor: Cursor, upload_id: str, *, token: UUID, lease: timedelta) -> bool:
    """Extends a worker's lease; False if the upload has ended or belongs to another worker."""
    cursor.execute(
        """
        UPDATE upload_history SET lease_until = now() + %s
        WHERE upload_id = %s AND lease_token = %s AND status = %s
        """,
        (lease, upload_id, token, UploadStatus.PROCESSING),
    )
    return bool(cursor.rowcount)


def release_lease(cursor: Cursor, upload_id: str, *, token: UUID) -> None:
    """Ends a worker's claim."""
    cursor.execute(
        "UPDATE upload_history SET lease_token = NULL, lease_until = NULL WHERE upload_id = %s AND lease_token = %s",
        (upload_id, token),
    )
