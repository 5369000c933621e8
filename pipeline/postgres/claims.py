"""Claims: one worker at a time reads an upload's file, under a lease.

All functions take the cursor of the caller's transaction. Steps are conditional UPDATEs, whose row count says
whether this caller made the step: a repeated, late or concurrent caller changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pipeline.checking.rules import RULES_VERSION, Categories
from pipeline.domain.columns import columns_served, stored_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.guards import GuardCode, Thresholds
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.uploads import OUTCOME_STATUSES, UploadStatus
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
    dry_run: bool
    parent_upload_id: str | None
    is_correction: bool
    """Whether the service wrote the file from rejected rows; a fix file is no correction."""
    undo_of: str | None
    omitted_rows: frozenset[int]
    vendor_guards: Thresholds
    """The vendor's own thresholds of guards, in per cent."""
    numbers: NumberReadings | None
    """How numbers are read, if that is known before the file is read: as the survey found, or as in the parent."""


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
    return read_claim(cursor, upload_id, token) if cursor.rowcount else None


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
    return read_claim(cursor, upload_id, token) if cursor.rowcount else None


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
    return read_claim(cursor, upload_id, row.lease_token) if row else None


def read_claim(cursor: Cursor, upload_id: str, token: UUID) -> Claim:
    """What a worker that holds the lease needs to know."""
    cursor.execute(
        """
        SELECT u.vendor_id, v.status AS vendor_status, u.file_s3_key, u.file_version_id, u.file_size_bytes,
               u.categories, u.aliases, u.decisions, u.remembered_headers, u.total_records, u.dry_run,
               u.parent_upload_id, u.undo_of, u.omitted_rows, v.guards,
               EXISTS (SELECT FROM corrections c WHERE c.upload_id IN (u.upload_id, u.source_upload_id))
                   AS is_correction,
               read.file_columns, read.file_numbers
        FROM upload_history u LEFT JOIN vendors v USING (vendor_id)
        LEFT JOIN upload_history read
               ON read.upload_id = CASE WHEN u.total_records IS NULL THEN u.parent_upload_id ELSE u.upload_id END
        WHERE u.upload_id = %s
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
        dry_run=row.dry_run,
        parent_upload_id=row.parent_upload_id,
        is_correction=row.is_correction,
        undo_of=row.undo_of,
        omitted_rows=frozenset(row.omitted_rows or ()),
        vendor_guards={GuardCode(code): percent for code, percent in (row.guards or {}).items()},
        numbers=_numbers(row),
    )


def _numbers(row: Any) -> NumberReadings | None:
    if not row.file_numbers:
        return None
    return NumberReadings.of(row.file_numbers).only_of(columns_served(stored_header(row.file_columns)))


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
