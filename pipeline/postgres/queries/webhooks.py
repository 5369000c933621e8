"""The REST API's questions about webhooks. As for uploads, every one names the vendor whose answer it is."""

from datetime import datetime

from pipeline.outcome.webhooks import MAX_WEBHOOKS, TEST_EVENT, new_secret, new_webhook_id
from pipeline.postgres.conditions import where
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import Scope
from pipeline.postgres.tables import Webhook, WebhookDelivery, columns_of

_WEBHOOK = columns_of(Webhook, "webhooks")
_DELIVERY = columns_of(WebhookDelivery, "webhook_deliveries")


def add_webhook(cursor: Cursor, vendor_id: str, url: str, events: list[str]) -> Webhook | None:
    """None if the vendor has as many as it may. Its row is locked, so that two at once are counted one by one."""
    cursor.execute("SELECT FROM vendors WHERE vendor_id = %s FOR NO KEY UPDATE", (vendor_id,))
    cursor.execute("SELECT count(*) FROM webhooks WHERE vendor_id = %s", (vendor_id,))
    if cursor.fetchone()[0] >= MAX_WEBHOOKS:
        return None
    cursor.execute(
        f"""
        INSERT INTO webhooks (webhook_id, vendor_id, url, events, secret) VALUES (%s, %s, %s, %s, %s)
        RETURNING {_WEBHOOK}
        """,
        (new_webhook_id(), vendor_id, url, events, new_secret()),
    )
    return Webhook(*cursor.fetchone())


def find_webhook(cursor: Cursor, scope: Scope, webhook_id: str) -> Webhook | None:
    clause, values = where({"scope": _of(scope), "webhook_id": ("webhook_id = %(webhook_id)s", webhook_id)})
    cursor.execute(f"SELECT {_WEBHOOK} FROM webhooks WHERE {clause}", values)
    found = cursor.fetchone()
    return Webhook(*found) if found else None


def find_webhooks(cursor: Cursor, scope: Scope, *, after: tuple[datetime, str] | None, limit: int) -> list[Webhook]:
    """The newest first, from the one after `after` (its time and id) on."""
    clause, values = where({"scope": _of(scope), "after": ("(created_at, webhook_id) < %(after)s", after)})
    cursor.execute(
        f"SELECT {_WEBHOOK} FROM webhooks WHERE {clause} ORDER BY created_at DESC, webhook_id DESC LIMIT %(limit)s",
        values | {"limit": limit},
    )
    return [Webhook(*row) for row in cursor]


def remove_webhook(cursor: Cursor, webhook: Webhook) -> None:
    """With all that it was or was to be told."""
    cursor.execute("DELETE FROM webhooks WHERE webhook_id = %s", (webhook.webhook_id,))


def find_deliveries(
    cursor: Cursor, webhook: Webhook, *, after: tuple[datetime, str] | None, limit: int
) -> list[WebhookDelivery]:
    """The newest first, from the one after `after` (its time and id) on."""
    clause, values = where(
        {
            "webhook_id": ("webhook_id = %(webhook_id)s", webhook.webhook_id),
            "after": ("(created_at, delivery_id) < %(after)s", after),
        }
    )
    cursor.execute(
        f"""
        SELECT {_DELIVERY} FROM webhook_deliveries
        WHERE {clause} ORDER BY created_at DESC, delivery_id DESC LIMIT %(limit)s
        """,
        values | {"limit": limit},
    )
    return [WebhookDelivery(*row) for row in cursor]


def add_test(cursor: Cursor, webhook: Webhook) -> WebhookDelivery:
    """A delivery that tells of no upload; the one that still waits, if there is one."""
    cursor.execute("SELECT FROM webhooks WHERE webhook_id = %s FOR NO KEY UPDATE", (webhook.webhook_id,))
    cursor.execute(
        f"""
        SELECT {_DELIVERY} FROM webhook_deliveries
        WHERE webhook_id = %s AND event = %s AND next_attempt_at IS NOT NULL
        """,
        (webhook.webhook_id, TEST_EVENT),
    )
    if waiting := cursor.fetchone():
        return WebhookDelivery(*waiting)
    cursor.execute(
        f"INSERT INTO webhook_deliveries (webhook_id, event) VALUES (%s, %s) RETURNING {_DELIVERY}",
        (webhook.webhook_id, TEST_EVENT),
    )
    return WebhookDelivery(*cursor.fetchone())


def _of(scope: Scope) -> tuple[str, Scope]:
    return "vendor_id = %(scope)s", scope
