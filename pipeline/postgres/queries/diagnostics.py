"""What support sees of an upload that its vendor does not: the work on it, its notification, its webhooks."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class Inside:
    """`tries` counts how often the sweeper looked after the upload since it last moved."""

    staged_at: datetime | None
    lease_until: datetime | None
    ending_until: datetime | None
    looked_at: datetime | None
    tries: int
    notification_id: str | None
    notification_claimed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldWebhook:
    """One event of an upload for one webhook."""

    url: str
    event: str
    attempts: int
    created_at: datetime
    delivered_at: datetime | None
    next_attempt_at: datetime | None
    last_status_code: int | None
    last_error: str | None


def inside_of(cursor: Cursor, upload_id: str) -> Inside:
    """Of an upload that is known to be there."""
    cursor.execute(
        """
        SELECT staged_at, lease_until, ending_until, looked_at, tries, notification_id::text,
               -- A notification that nobody has claimed yet carries the first moment of all.
               nullif(notification_claimed_at, to_timestamp(0)) AS notification_claimed_at
        FROM upload_history WHERE upload_id = %(upload_id)s
        """,
        {"upload_id": upload_id},
    )
    return Inside(*cursor.fetchone())


def told_webhooks(cursor: Cursor, upload_id: str) -> list[ToldWebhook]:
    cursor.execute(
        """
        SELECT url, event, attempts, d.created_at, delivered_at, next_attempt_at, last_status_code, last_error
        FROM webhook_deliveries AS d JOIN webhooks USING (webhook_id)
        WHERE upload_id = %(upload_id)s ORDER BY d.created_at, delivery_id LIMIT 50
        """,
        {"upload_id": upload_id},
    )
    return [ToldWebhook(*row) for row in cursor]
