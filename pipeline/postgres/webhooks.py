"""`webhooks` and `webhook_deliveries` as the pipeline writes them: deliveries, their attempts and their results.

All functions take the cursor of the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.outcome.webhooks import RETRY_DELAYS, TEST_EVENT, Answer
from pipeline.postgres.database import Cursor

# Concurrent attempts per vendor, over all workers: slow receivers hold up only their own vendor's deliveries.
_AT_ONCE = 4
# Longer than any attempt takes: a worker that has not noted the answer by then has died.
_SENDING = "20 seconds"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver an event, which only this worker may make now."""

    delivery_id: str
    webhook_id: str
    event: str
    upload_id: str | None
    created_at: datetime
    url: str
    secret: str

    def __repr__(self) -> str:
        """Leaves out the secret, which must not get into logs."""
        return f"Delivery({self.delivery_id}, {self.event}, {self.upload_id})"


def add_deliveries(cursor: Cursor, upload_id: str) -> int:
    """Adds a delivery for every webhook that subscribes to the end of an upload; returns how many.

    Must be called in the transaction that ends the upload. The upload's status determines the event.
    """
    # FOR KEY SHARE waits for a concurrent deletion of a webhook, and then skips it: an insert for it would make the end
    # of the upload fail.
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
    """Claims deliveries that are due. A claim counts as an attempt, and lasts until the next attempt is due.

    `of` names uploads or deliveries; of the uploads, webhooks whose last attempts failed are skipped. None means all
    deliveries: the sweeper retries the failed ones.
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
    """The rows of the deliveries' uploads, each with its `vendor_name`, by upload id."""
    cursor.execute(
        "SELECT u.*, v.vendor_name FROM upload_history u LEFT JOIN vendors v USING (vendor_id)"
        " WHERE upload_id = ANY (%s)",
        ([delivery.upload_id for delivery in deliveries],),
    )
    return {row.upload_id: row._asdict() for row in cursor}


def note(cursor: Cursor, delivery: Delivery, answer: Answer) -> None:
    """Notes the receiver's answer. 410 disables the webhook; a test that arrives enables it again."""
    # The webhook before the delivery, as when a webhook is deleted: in this order there are no deadlocks.
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
