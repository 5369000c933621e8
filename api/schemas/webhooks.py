"""The schemas of webhooks, their deliveries, and the events that receivers get."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.lists import ListQuery
from api.schemas.uploads import VendorId
from pipeline.outcome.upload_view import Moment, UploadView
from pipeline.outcome.webhooks import DeliveryState, WebhookEvent
from pipeline.postgres.tables import DeliveryFields, WebhookFields

_ALL = list(WebhookEvent)
_ADDRESS = "https://shop.example/hooks/onboarding"
_WEBHOOK: dict[str, Any] = {
    "webhook_id": "wh_k3m9x2paqd7rtz4b",
    "vendor_id": "VEND001",
    "url": _ADDRESS,
    "events": _ALL,
    "created_at": "2026-11-22T10:30:45.000Z",
    "disabled_at": None,
}
_DELIVERY: dict[str, Any] = {
    "delivery_id": "msg_0f6c7d1e5b3a4c2d9e8f7a6b5c4d3e2f",
    "webhook_id": "wh_k3m9x2paqd7rtz4b",
    "event": WebhookEvent.PARTIAL,
    "upload_id": "UPLOAD_20261122_103045_k3m9x2pa",
    "status": DeliveryState.PENDING,
    "attempts": 1,
    "next_attempt_at": "2026-11-22T10:31:46.000Z",
    "last_status_code": 503,
    "last_error": "The receiver answered 503.",
    "delivered_at": None,
    "created_at": "2026-11-22T10:30:45.000Z",
}


class NewWebhook(BaseModel):
    """A webhook to create."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"url": _ADDRESS, "events": [WebhookEvent.COMPLETED]}]}
    )

    url: str = Field(max_length=2048, description="https, at a public address; redirects are not followed.")
    events: list[WebhookEvent] = Field(default=_ALL, min_length=1, max_length=20, description="All of them by default.")
    vendor_id: VendorId | None = Field(default=None, description="Support only: whose webhook this is.")


class WebhookView(WebhookFields):
    """A webhook. It is disabled when its receiver answers 410; a test that arrives enables it again."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_WEBHOOK]})


class CreatedWebhook(WebhookView):
    """A new webhook with its secret, which is not shown again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_WEBHOOK, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}]}
    )

    secret: str = Field(description="Verifies the header `webhook-signature` (Standard Webhooks). Keep it.")


class DeliveryView(DeliveryFields):
    """One event for one webhook: whether it has arrived and, if not, why, and the time of the next attempt."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DELIVERY]})

    status: DeliveryState


class UploadEvent(BaseModel):
    """The event that a receiver gets when an upload has ended."""

    type: WebhookEvent
    timestamp: Moment = Field(description="When the upload ended.")
    data: UploadView


class WebhooksQuery(ListQuery):
    vendor_id: str | None = Field(default=None, description="Support only.")


class DeliveriesQuery(ListQuery):
    """Pages, without filters."""
