"""Webhooks: the addresses that are notified when an upload ends, and the deliveries to them."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Response

from api.answers.paging import read_slice
from api.answers.problems import Problem, ProblemCode
from api.dependencies import ApiUrl, AppServices, Caller, Nothing
from api.entry.door import Door
from api.idempotency import OnlyOnce
from api.lookups import acting_vendor, check_may_write
from api.schemas.lists import Page
from api.schemas.webhooks import (
    CreatedWebhook,
    DeliveriesQuery,
    DeliveryView,
    NewWebhook,
    UploadEvent,
    WebhooksQuery,
    WebhookView,
)
from api.sessions import DbSession
from pipeline.outcome.webhooks import MAX_WEBHOOKS, DeliveryState, WebhookEvent
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries.webhooks import (
    NEWEST_DELIVERIES,
    NEWEST_WEBHOOKS,
    add_test,
    add_webhook,
    find_deliveries,
    find_webhook,
    find_webhooks,
    remove_webhook,
)
from pipeline.postgres.sessions import Session
from pipeline.postgres.tables import Webhook, WebhookDelivery

router = APIRouter(route_class=Door, prefix="/v1/webhooks", tags=["Webhooks"])
_callbacks = APIRouter()


@_callbacks.post("{$request.body#/url}", summary="An upload has ended")
def upload_ended(event: UploadEvent) -> None:
    """Answer 2xx within 10 seconds; after any other answer the delivery is repeated, 8 times in 24 hours. 410 disables
    the webhook.

    First verify the signature of the bytes as received (https://www.standardwebhooks.com has libraries). The same
    `webhook-id` may arrive twice; a repeat shows the upload as it is then.
    """


@router.post(
    "",
    status_code=201,
    operation_id="create_webhook",
    summary="Create a webhook, which is called when an upload ends",
    callbacks=_callbacks.routes,
)
def create_webhook(
    new: NewWebhook,
    _: Nothing,
    response: Response,
    caller: Caller,
    session: DbSession,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
) -> CreatedWebhook:
    """The answer contains the secret that signs the deliveries. Only a repeat of this request with the same
    Idempotency-Key shows it again.
    """

    def create() -> CreatedWebhook:
        # Before the first statement, which begins the transaction: looking up a name in the DNS can take long.
        if refusal := services.webhook_client.refusal(new.url):
            raise _invalid("url", refusal)
        vendor = acting_vendor(session.cursor, caller, new.vendor_id)
        events = [event for event in WebhookEvent if event in new.events]
        webhook = add_webhook(session, vendor.vendor_id, new.url, events)
        if webhook is None:
            raise _invalid("url", f"a vendor has at most {MAX_WEBHOOKS} webhooks; delete one first")
        created = CreatedWebhook.model_validate(webhook)
        with_its_address(created.model_dump())
        return created

    def with_its_address(body: dict[str, Any]) -> dict[str, Any]:
        response.headers["Location"] = f"{api_url}/v1/webhooks/{body['webhook_id']}"
        return body

    content = new.model_dump_json().encode()
    return once.answer(content, create, status=201, refresh=with_its_address)  # type: ignore[return-value]


@router.get("", operation_id="list_webhooks", summary="List webhooks, newest first")
def list_webhooks(query: Annotated[WebhooksQuery, Query()], caller: Caller, session: DbSession) -> Page[WebhookView]:
    if not caller.is_support and query.vendor_id not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may filter by vendor_id.")
    find = partial(find_webhooks, session, caller.vendor_id or query.vendor_id)
    return read_slice(NEWEST_WEBHOOKS, query.cursor, query.limit, find).page(WebhookView.model_validate)


@router.get("/{webhook_id}", operation_id="get_webhook", summary="Get a webhook")
def get_webhook(webhook_id: str, _: Nothing, caller: Caller, session: DbSession) -> WebhookView:
    return WebhookView.model_validate(_require_webhook(session, caller, webhook_id))


@router.delete("/{webhook_id}", status_code=204, operation_id="delete_webhook", summary="Delete a webhook")
def delete_webhook(webhook_id: str, _: Nothing, caller: Caller, session: DbSession) -> None:
    """Pending deliveries are not sent."""
    webhook = _require_webhook(session, caller, webhook_id)
    check_may_write(session.cursor, caller)
    remove_webhook(session, webhook)


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    summary="List the deliveries of a webhook, newest first",
)
def list_deliveries(
    webhook_id: str, query: Annotated[DeliveriesQuery, Query()], caller: Caller, session: DbSession
) -> Page[DeliveryView]:
    webhook = _require_webhook(session, caller, webhook_id)
    find = partial(find_deliveries, session, webhook)
    return read_slice(NEWEST_DELIVERIES, query.cursor, query.limit, find).page(_delivery_view)


@router.post(
    "/{webhook_id}/test", status_code=202, operation_id="test_webhook", summary="Send a test delivery to a webhook"
)
def send_test(
    webhook_id: str,
    _: Nothing,
    caller: Caller,
    session: DbSession,
    services: AppServices,
    once: OnlyOnce,
    after_commit: BackgroundTasks,
) -> DeliveryView:
    """Sends `{"type": "webhook.test", …}` once, in a moment; `deliveries` shows the answer to it."""

    def test() -> DeliveryView:
        webhook = _require_webhook(session, caller, webhook_id)
        check_may_write(session.cursor, caller)
        delivery = add_test(session, webhook)
        after_commit.add_task(services.error_queue.webhook_due, delivery.delivery_id)
        return _delivery_view(delivery)

    return once.answer(b"", test, status=202)  # type: ignore[return-value]


def _require_webhook(session: Session, caller: Principal, webhook_id: str) -> Webhook:
    webhook = find_webhook(session, caller.vendor_id, webhook_id)
    if webhook is None:
        raise Problem.not_found("webhook")
    return webhook


def _delivery_view(delivery: WebhookDelivery) -> DeliveryView:
    return DeliveryView.model_validate(delivery.model_dump() | {"status": _state(delivery)})


def _state(delivery: WebhookDelivery) -> DeliveryState:
    if delivery.delivered_at:
        return DeliveryState.DELIVERED
    is_open = delivery.next_attempt_at or delivery.sending_since
    return DeliveryState.PENDING if is_open else DeliveryState.FAILED


def _invalid(field: str, message: str) -> Problem:
    return Problem(ProblemCode.INVALID_REQUEST, f"{field}: {message}", errors=[{"field": field, "message": message}])
