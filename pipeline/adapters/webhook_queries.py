"""The REST API's questions about webhooks. As for uploads, every one names the vendor whose answer it is."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import Session, col, select

from pipeline.adapters.tables import Vendor, Webhook, WebhookDelivery
from pipeline.adapters.upload_queries import Scope
from pipeline.domain.webhooks import MAX_WEBHOOKS, TEST_EVENT, new_secret, new_webhook_id


def add_webhook(session: Session, vendor: Vendor, url: str, events: list[str]) -> Webhook | None:
    """None if the vendor has as many as it may. Its row is locked, so that two at once are counted one by one."""
    session.refresh(vendor, with_for_update={"key_share": True})
    have = session.exec(select(func.count()).where(Webhook.vendor_id == vendor.vendor_id)).one()
    if have >= MAX_WEBHOOKS:
        return None
    webhook = Webhook(
        webhook_id=new_webhook_id(),
        vendor_id=vendor.vendor_id,
        url=url,
        events=events,
        secret=new_secret(),
        created_at=datetime.now(UTC),
    )
    session.add(webhook)
    return webhook


def find_webhook(session: Session, scope: Scope, webhook_id: str) -> Webhook | None:
    return session.exec(select(Webhook).where(Webhook.webhook_id == webhook_id, *_of(scope))).first()


def find_webhooks(session: Session, scope: Scope, *, after: tuple[datetime, str] | None, limit: int) -> list[Webhook]:
    """The newest first, from the one after `after` (its time and id) on."""
    order = (col(Webhook.created_at), col(Webhook.webhook_id))
    query = select(Webhook).where(*_of(scope))
    if after:
        query = query.where(tuple_(*order) < after)
    return list(session.exec(query.order_by(*(column.desc() for column in order)).limit(limit)))


def find_deliveries(
    session: Session, webhook: Webhook, *, after: tuple[datetime, str] | None, limit: int
) -> list[WebhookDelivery]:
    """The newest first, from the one after `after` (its time and id) on."""
    order = (col(WebhookDelivery.created_at), col(WebhookDelivery.delivery_id))
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.webhook_id)
    if after:
        query = query.where(tuple_(*order) < after)
    return list(session.exec(query.order_by(*(column.desc() for column in order)).limit(limit)))


def add_test(session: Session, webhook: Webhook) -> WebhookDelivery:
    """A delivery that tells of no upload; the one that still waits, if there is one."""
    session.refresh(webhook, with_for_update={"key_share": True})
    waiting = session.exec(
        select(WebhookDelivery).where(
            WebhookDelivery.webhook_id == webhook.webhook_id,
            WebhookDelivery.event == TEST_EVENT,
            col(WebhookDelivery.next_attempt_at).is_not(None),
        )
    ).first()
    if waiting:
        return waiting
    now = datetime.now(UTC)
    test = WebhookDelivery(
        delivery_id=f"msg_{uuid4().hex}",
        webhook_id=webhook.webhook_id,
        event=TEST_EVENT,
        next_attempt_at=now,
        created_at=now,
    )
    session.add(test)
    return test


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    return [] if scope is None else [col(Webhook.vendor_id) == scope]
