"""`webhooks` and `webhook_deliveries` as the pipeline writes them: who is to be told, and what came of it.

All functions take the cursor of the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.outcome.webhooks import RETRY_DELAYS, TEST_EVENT, Answer
from pipeline.postgres.database import Cursor

# So many at once to one vendor's receivers, whoever sends: slow ones use up their own vendor's share and no other's.
_AT_ONCE = 4
# Longer than any attempt takes: a sender that has not noted its answer by then is gone.
_SENDING = "20 seconds"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt that this worker alone may make now."""

    delivery_id: str
    webhook_id: str
    event: str
    upload_id: str | None
    created_at: datetime
    url: str
    secret: str

    def __repr__(self) -> str:
        """Without the secret, wherever it is printed."""
        return f"Delivery({self.delivery_id}, {self.event}, {self.upload_id})"


def add_deliveries(cursor: Cursor, upload_id: str) -> int:
    """Notes who is to be told that an upload has ended, and returns how many; called when it has just been ended.

    In the same transaction as the end: there is never one without the other. Which event it is, the upload's status
    says. A webhook that is being deleted meanwhile is passed over, so that it cannot make the end fail.
    """
    cursor.execute(
        """
        INSERT INTO webhook_deliveries (webhook_id, upload_id, event)
        SELECT w.webhook_id, u.upload_id, 'upload.' || u.status
        FROM upload_history u JOIN webhooks w ON w.vendor_id = u.vendor_id
        WHERE u.upload_id = %s AND w.disabled_at IS NULL AND 'upload.' || u.status = ANY (w.events)
        FOR KEY SHARE OF w
        ON CONFLICT (webhook_id, upload_id, event) DO NOTHING
        """,
        (upload_id,),
    )
    return cursor.rowcount


def claim_due(cursor: Cursor, *, of: Sequence[str] | None, limit: int) -> list[Delivery]:
    """Takes deliveries that are due. A claim counts as an attempt and puts the next one off, which is also its lease.

    `of` names the uploads or deliveries to look at; it passes over webhooks that have just failed and are not well
    again. None means all: it is the sweeper's part to find out whether they are.
    """
    cursor.execute(
        """
        WITH busy AS (
            SELECT w.vendor_id, count(*) AS sending FROM webhook_deliveries d JOIN webhooks w USING (webhook_id)
            WHERE d.sending_since > now() - %(sending)s::interval GROUP BY w.vendor_id
        ), due AS (
            SELECT d.delivery_id, coalesce(busy.sending, 0)
                   + row_number() OVER (PARTITION BY w.vendor_id ORDER BY d.next_attempt_at, d.delivery_id) AS place
            FROM webhook_deliveries d JOIN webhooks w USING (webhook_id) LEFT JOIN busy USING (vendor_id)
            WHERE d.next_attempt_at <= now() AND (w.disabled_at IS NULL OR d.event = %(test)s)
              AND (%(of)s::text[] IS NULL OR d.delivery_id = ANY (%(of)s) OR (d.upload_id = ANY (%(of)s) AND NOT EXISTS
                   (SELECT 1 FROM webhook_deliveries failed WHERE failed.webhook_id = d.webhook_id
                    AND failed.attempts > 0 AND failed.next_attempt_at IS NOT NULL)))
        ), taken AS (
            SELECT delivery_id FROM webhook_deliveries
            WHERE delivery_id IN (SELECT delivery_id FROM due WHERE place <= %(at_once)s) AND next_attempt_at <= now()
            ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        UPDATE webhook_deliveries d SET
            attempts = d.attempts + 1, sending_since = now(),
            next_attempt_at = CASE WHEN d.event <> %(test)s THEN now() + (%(delays)s)[d.attempts + 1] END
        FROM taken, webhooks w
        WHERE d.delivery_id = taken.delivery_id AND w.webhook_id = d.webhook_id
        RETURNING d.delivery_id, d.webhook_id, d.event, d.upload_id, d.created_at, w.url, w.secret
        """,
        {
            "of": None if of is None else list(of),
            "limit": limit,
            "test": TEST_EVENT,
            "delays": list(RETRY_DELAYS),
            "sending": _SENDING,
            "at_once": _AT_ONCE,
        },
    )
    return [Delivery(*row) for row in cursor]


def uploads(cursor: Cursor, deliveries: Sequence[Delivery]) -> dict[str, Mapping[str, Any]]:
    """The rows of the uploads that these deliveries tell of, each with its `vendor_name`, by upload id."""
    cursor.execute(
        "SELECT u.*, v.vendor_name FROM upload_history u LEFT JOIN vendors v USING (vendor_id)"
        " WHERE upload_id = ANY (%s)",
        ([delivery.upload_id for delivery in deliveries],),
    )
    return {row.upload_id: row._asdict() for row in cursor}


def note(cursor: Cursor, delivery: Delivery, answer: Answer) -> None:
    """What the receiver answered. 410 ends its webhook; a test that arrives begins it anew.

    The webhook's row is locked before the delivery's, as when it is deleted.
    """
    if answer.is_gone:
        _disable(cursor, delivery.webhook_id)
    elif answer.is_delivered and delivery.event == TEST_EVENT:
        cursor.execute("UPDATE webhooks SET disabled_at = NULL WHERE webhook_id = %s", (delivery.webhook_id,))
    cursor.execute(
        """
        UPDATE webhook_deliveries SET
            sending_since = NULL, last_status_code = %(status)s, last_error = %(fault)s,
            delivered_at = CASE WHEN %(delivered)s THEN now() END,
            next_attempt_at = CASE WHEN NOT %(delivered)s THEN next_attempt_at END
        WHERE delivery_id = %(id)s AND delivered_at IS NULL
        """,
        {
            "id": delivery.delivery_id,
            "status": answer.status_code,
            "fault": answer.fault,
            "delivered": answer.is_delivered,
        },
    )


def _disable(cursor: Cursor, webhook_id: str) -> None:
    cursor.execute(
        "UPDATE webhooks SET disabled_at = now() WHERE webhook_id = %s AND disabled_at IS NULL", (webhook_id,)
    )
    cursor.execute("UPDATE webhook_deliveries SET next_attempt_at = NULL WHERE webhook_id = %s", (webhook_id,))
