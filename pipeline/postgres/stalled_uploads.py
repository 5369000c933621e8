"""Uploads without progress: stalled ones, which the sweeper continues, and stuck ones, which operators look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.domain.uploads import OPEN_STATUSES, OUTCOME_STATUSES, UploadStatus
from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class StalledUpload:
    """An upload without progress, and what the sweeper must know to continue it."""

    upload_id: str
    status: UploadStatus
    key: str
    has_file: bool
    is_undo: bool
    is_past_expiry: bool
    is_surveyed: bool
    waits_for_end: bool
    is_given_up: bool
    is_abandoned: bool  # its last worker died, perhaps after a decision that is not yet in staging
    has_ended: bool


# An upload is given up only after this many tries as well as after a time: after an outage of everything, the time
# alone may have passed without any try.
_MOST_TRIES = 5


def find_stalled(
    cursor: Cursor, *, stalled_after: timedelta, give_up_after: timedelta, moved_before: datetime | None = None
) -> list[StalledUpload]:
    """The uploads that no worker is working on, the longest waiting first; those that await their file come last.

    Those appear at their expiry, and every ten minutes in case an event was lost. `moved_before` excludes uploads with
    progress since then. An upload without progress for `give_up_after`, despite several tries, is to be given up.
    """
    cursor.execute(
        """
        SELECT upload_id, status, file_s3_key, file_version_id IS NOT NULL AS has_file,
               undo_of IS NOT NULL AS is_undo,
               coalesce(expires_at < now(), false) AS is_past_expiry,
               total_records IS NOT NULL AS is_surveyed,
               status <> %(processing)s OR failure IS NOT NULL
                   OR coalesce(total_records = valid_records + error_records, false) AS waits_for_end,
               status = %(processing)s AND tries >= %(most_tries)s
                   AND coalesce(last_progress_at, upload_timestamp) <= now() - %(give_up_after)s AS is_given_up,
               lease_token IS NOT NULL AS is_abandoned,
               status IN %(outcomes)s AS has_ended
        FROM upload_history
        WHERE coalesce(looked_at <= now() - %(stalled_after)s, true)
          AND coalesce(last_progress_at, upload_timestamp) < coalesce(%(moved_before)s::timestamptz, 'infinity')
          AND ((status IN %(open)s
                AND coalesce(last_progress_at, upload_timestamp) <= now() - %(stalled_after)s
                AND (%(stalled_after)s = interval '0'
                     OR coalesce(greatest(lease_until, ending_until) < now(), true)
                        AND (status = %(processing)s OR file_version_id IS NOT NULL OR expires_at < now()
                             OR coalesce(looked_at, upload_timestamp) < now() - interval '10 minutes')))
               OR (lease_token IS NOT NULL AND (lease_until < now() OR %(stalled_after)s = interval '0')
                   AND status IN %(outcomes)s AND total_records IS NOT NULL)
               OR (notified_at IS NULL AND notification_claimed_at <= now() - %(stalled_after)s)
               OR (error_records > 0 AND error_file_s3_key IS NULL
                   AND (status = %(cancelled)s OR status = %(failed)s AND failure IS NOT NULL)
                   AND processing_completed_at <= now() - %(stalled_after)s))
        ORDER BY status = %(awaiting_upload)s, coalesce(last_progress_at, upload_timestamp)
        """,
        {
            "stalled_after": stalled_after,
            "give_up_after": give_up_after,
            "most_tries": _MOST_TRIES,
            "moved_before": moved_before,
            "awaiting_upload": UploadStatus.AWAITING_UPLOAD,
            "processing": UploadStatus.PROCESSING,
            "failed": UploadStatus.FAILED,
            "cancelled": UploadStatus.CANCELLED,
            "open": OPEN_STATUSES,
            "outcomes": OUTCOME_STATUSES,
        },
    )
    return [
        StalledUpload(
            upload_id=row.upload_id,
            status=UploadStatus(row.status),
            key=row.file_s3_key,
            has_file=row.has_file,
            is_undo=row.is_undo,
            is_past_expiry=row.is_past_expiry,
            is_surveyed=row.is_surveyed,
            waits_for_end=row.waits_for_end,
            is_given_up=row.is_given_up,
            is_abandoned=row.is_abandoned,
            has_ended=row.has_ended,
        )
        for row in cursor
    ]


_STUCK_AFTER = timedelta(minutes=5)
_MOST_STUCK = 100


class StuckUpload(NamedTuple):
    """An upload without progress for five minutes, as operators see it."""

    upload_id: str
    vendor_id: str | None
    status: UploadStatus
    still_since: datetime
    tries: int
    total_records: int | None
    decided_records: int


def find_stuck(cursor: Cursor) -> list[StuckUpload]:
    """Uploads without progress for five minutes, the longest first, a hundred at most.

    They are being processed, or have ended but are not notified.
    """
    cursor.execute(
        """
        SELECT upload_id, vendor_id, status, since AS still_since, tries, total_records,
               valid_records + error_records AS decided_records
        FROM upload_history,
             LATERAL (SELECT coalesce(processing_completed_at, last_progress_at, upload_timestamp)) AS moved (since)
        WHERE since < now() - %s
          AND (status = %s OR (notified_at IS NULL AND notification_claimed_at IS NOT NULL))
        ORDER BY since LIMIT %s
        """,
        (_STUCK_AFTER, UploadStatus.PROCESSING, _MOST_STUCK),
    )
    return [StuckUpload(*row._replace(status=UploadStatus(row.status))) for row in cursor]


def count_by_status(cursor: Cursor) -> dict[str, int]:
    """How many uploads are under way, and how many ended in the last 24 hours, by status."""
    cursor.execute(
        """
        SELECT status, count(*) FROM upload_history WHERE status IN %(open)s GROUP BY status
        UNION ALL
        SELECT status, count(*) FROM upload_history
        WHERE status NOT IN %(open)s
          AND upload_timestamp > now() - interval '7 days' AND processing_completed_at > now() - interval '1 day'
        GROUP BY status ORDER BY status
        """,
        {"open": OPEN_STATUSES},
    )
    return dict(cursor.fetchall())


def note_sweep(cursor: Cursor, upload_id: str, *, all_workers_are_gone: bool) -> None:
    """Notes that the sweeper looked at an upload; also ends its leases if all workers are known to be gone."""
    cursor.execute(
        """
        UPDATE upload_history SET
            looked_at = now(),
            tries = CASE WHEN coalesce(last_progress_at > looked_at, true) THEN 1 ELSE least(tries + 1, 9999) END,
            lease_until = CASE WHEN %(gone)s AND lease_token IS NOT NULL THEN now() - interval '1 second'
                               ELSE lease_until END,
            ending_until = CASE WHEN %(gone)s THEN NULL ELSE ending_until END
        WHERE upload_id = %(upload_id)s
        """,
        {"upload_id": upload_id, "gone": all_workers_are_gone},
    )
