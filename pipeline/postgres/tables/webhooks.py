"""Webhooks, and the events that are delivered to them."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import ARRAY, SmallInteger, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from pipeline.outcome.upload_view import Moment
from pipeline.outcome.webhooks import TestEvent, WebhookEvent
from pipeline.postgres.tables.defaults import NOW, default


class WebhookFields(BaseModel):
    webhook_id: str = Field(sa_type=String(40), primary_key=True)
    vendor_id: str = Field(sa_type=String(50), foreign_key="vendors.vendor_id")
    url: str = Field(sa_type=String(2048))
    events: list[WebhookEvent] = Field(sa_type=ARRAY(Text))
    created_at: Moment = Field(sa_column_kwargs=NOW)
    disabled_at: Moment | None


class Webhook(WebhookFields, SQLModel, table=True):
    __tablename__ = "webhooks"

    secret: str = Field(max_length=80, repr=False)


class DeliveryFields(BaseModel):
    delivery_id: str = Field(
        sa_type=String(40),
        primary_key=True,
        sa_column_kwargs=default("('msg_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text))"),
        description="Also the header `webhook-id`: the same on every attempt.",
    )
    webhook_id: str = Field(sa_type=String(40), foreign_key="webhooks.webhook_id", ondelete="CASCADE")
    event: WebhookEvent | TestEvent = Field(sa_type=String(40))
    upload_id: str | None = Field(
        sa_type=String(50), foreign_key="upload_history.upload_id", description="Null for a test."
    )
    attempts: int = Field(sa_type=SmallInteger, sa_column_kwargs=default("0"))
    next_attempt_at: Moment | None = Field(sa_column_kwargs=NOW)
    last_status_code: int | None = Field(sa_type=SmallInteger)
    last_error: str | None = Field(sa_type=String(300))
    delivered_at: Moment | None
    created_at: Moment = Field(sa_column_kwargs=NOW)


class WebhookDelivery(DeliveryFields, SQLModel, table=True):
    """One event for one webhook. Only the sender changes what is in it."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (UniqueConstraint("webhook_id", "upload_id", "event"),)

    sending_since: datetime | None
