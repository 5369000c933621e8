"""What support sees of an upload beyond its vendor's view: the work on it, its notification, its webhooks."""

from datetime import UTC, datetime

from sqlalchemy.orm import load_only
from sqlmodel import Session, col, select

from pipeline.postgres.tables import UploadTable, UploadWork, Webhook, WebhookDelivery

_MOST_DELIVERIES = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def work_of(session: Session, upload_id: str) -> UploadWork:
    """The work on an upload that is known to exist."""
    # Not the whole row: the decided row numbers of a large upload may be megabytes.
    columns = load_only(*(getattr(UploadTable, name) for name in UploadWork.model_fields))
    upload = session.exec(select(UploadTable).where(UploadTable.upload_id == upload_id).options(columns)).one()
    work = UploadWork.model_validate(upload, from_attributes=True)
    if work.notification_claimed_at == _EPOCH:  # as an ending stores it until a worker claims the notification
        work.notification_claimed_at = None
    return work


def deliveries_of(session: Session, upload_id: str) -> list[tuple[WebhookDelivery, str]]:
    """The first deliveries about an upload, each with the address of its webhook."""
    statement = select(WebhookDelivery, Webhook.url).join(Webhook).where(WebhookDelivery.upload_id == upload_id)
    oldest_first = (col(WebhookDelivery.created_at), col(WebhookDelivery.delivery_id))
    return list(session.exec(statement.order_by(*oldest_first).limit(_MOST_DELIVERIES)))
