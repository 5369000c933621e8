"""The API's queries for webhooks. Scopes work as in `uploads.py`."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, insert, select

from pipeline.outcome.webhooks import MAX_WEBHOOKS, TEST_EVENT, WebhookEvent, new_secret, new_webhook_id
from pipeline.postgres.conditions import without_none
from pipeline.postgres.order import Order, Place
from pipeline.postgres.queries.uploads import Scope
from pipeline.postgres.tables import VendorTable, Webhook, WebhookDelivery

NEWEST_WEBHOOKS = Order({"created_at": datetime, "webhook_id": str}, descending=True)
NEWEST_DELIVERIES = Order({"created_at": datetime, "delivery_id": str}, descending=True)


def add_webhook(session: Session, vendor_id: str, url: str, events: Sequence[WebhookEvent]) -> Webhook | None:
    """Adds a webhook; None if the vendor has the maximum number already."""
    # Locks the vendor: of two concurrent calls, the second counts the webhook of the first.
    session.exec(select(VendorTable.vendor_id).filter_by(vendor_id=vendor_id).with_for_update(key_share=True))
    count = session.exec(select(func.count()).select_from(Webhook).where(Webhook.vendor_id == vendor_id)).one()
    if count >= MAX_WEBHOOKS:
        return None
    webhook = {"webhook_id": new_webhook_id(), "vendor_id": vendor_id, "url": url, "events": list(events)}
    return session.scalars(insert(Webhook).values(**webhook, secret=new_secret()).returning(Webhook)).one()


def find_webhook(session: Session, scope: Scope, webhook_id: str) -> Webhook | None:
    webhook = session.get(Webhook, webhook_id)
    return webhook if webhook and scope in {None, webhook.vendor_id} else None


def find_webhooks(session: Session, scope: Scope, *, after: Place | None, limit: int) -> list[Webhook]:
    """The newest first, from the one after `after` on."""
    webhooks = select(Webhook).filter_by(**without_none(vendor_id=scope))
    return list(session.exec(NEWEST_WEBHOOKS.page(webhooks, Webhook, after, limit)))


def remove_webhook(session: Session, webhook: Webhook) -> None:
    """Deletes a webhook and its deliveries."""
    session.exec(delete(Webhook).where(col(Webhook.webhook_id) == webhook.webhook_id))


def find_deliveries(session: Session, webhook: Webhook, *, after: Place | None, limit: int) -> list[WebhookDelivery]:
    """The newest first, from the one after `after` on."""
    deliveries = select(WebhookDelivery).filter_by(webhook_id=webhook.webhook_id)
    return list(session.exec(NEWEST_DELIVERIES.page(deliveries, WebhookDelivery, after, limit)))


def add_test(session: Session, webhook: Webhook) -> WebhookDelivery:
    """Adds a test delivery, or returns the one that is still waiting."""
    webhook_id = webhook.webhook_id
    session.exec(select(Webhook.webhook_id).filter_by(webhook_id=webhook_id).with_for_update(key_share=True))
    waiting = select(WebhookDelivery).filter_by(webhook_id=webhook_id, event=TEST_EVENT)
    if delivery := session.exec(waiting.where(col(WebhookDelivery.next_attempt_at).is_not(None))).first():
        return delivery
    test = insert(WebhookDelivery).values(webhook_id=webhook_id, event=TEST_EVENT)
    return session.scalars(test.returning(WebhookDelivery)).one()
