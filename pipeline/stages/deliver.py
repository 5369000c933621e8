"""Stage 4: webhooks tell a vendor's programs that an upload has ended.

error-processor makes the first attempt, after everything else of its batch. The sweeper makes all further attempts, so
that a receiver that is slow or down never delays the end of an upload.
"""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from pipeline.logs import log, log_fault
from pipeline.outcome.upload_view import as_text, upload_view
from pipeline.outcome.webhooks import TIMED_OUT, Answer
from pipeline.postgres import webhooks
from pipeline.postgres.webhooks import Delivery
from pipeline.services import Services

FIRST_ATTEMPT_SECONDS = 3.0
SWEEP_SECONDS = 40.0

_ROUND = 32
_GRACE_SECONDS = 2.0  # for the lookup of the name, which the client's deadline does not cover


def deliver_webhooks(services: Services, *, of: Sequence[str] | None = None, seconds: float) -> bool:
    """Makes the attempts that are due, in concurrent rounds, and starts no new round after `seconds`.

    `of` limits it to these uploads or deliveries. Returns False after a fault of ours, and never raises: a webhook that
    cannot be sent must not undo the end of its upload. Attempts that were not made stay due.
    """
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline and _deliver_round(services, of):
            pass
    except Exception:
        log_fault("webhooks.not_delivered")
        return False
    return True


def _deliver_round(services: Services, of: Sequence[str] | None) -> bool:
    with services.database.transaction() as cursor:
        claimed = webhooks.claim_due(cursor, of=of, limit=_ROUND)
        uploads = webhooks.uploads(cursor, claimed) if claimed else {}
    answers = _send_all(services, claimed, uploads) if claimed else []
    for delivery, answer in zip(claimed, answers, strict=True):
        with services.database.transaction() as cursor:
            webhooks.note(cursor, delivery, answer)
        log(
            "webhook.sent",
            upload_id=delivery.upload_id,
            delivery_id=delivery.delivery_id,
            status=answer.status_code,
            fault=answer.fault,
        )
    return bool(claimed)


def _send_all(
    services: Services, claimed: Sequence[Delivery], uploads: Mapping[str, Mapping[str, Any]]
) -> list[Answer]:
    """Sends concurrently, so that a round takes as long as its slowest receiver."""
    pool = ThreadPoolExecutor(len(claimed), thread_name_prefix="webhook")
    futures = [pool.submit(_send, services, delivery, uploads.get(delivery.upload_id or "")) for delivery in claimed]
    wait(futures, services.webhook_client.seconds + _GRACE_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    return [
        future.result() if future.done() and not future.cancelled() else Answer(fault=TIMED_OUT) for future in futures
    ]


def _send(services: Services, delivery: Delivery, upload: Mapping[str, Any] | None) -> Answer:
    try:
        body = _body(delivery, upload, services.settings.api_url)
        return services.webhook_client.send(
            delivery.url, secret=delivery.secret, delivery_id=delivery.delivery_id, body=body
        )
    except Exception:  # one that fails must not hold up the others of its round
        log_fault("webhook.not_sent", upload_id=delivery.upload_id, delivery_id=delivery.delivery_id)
        return Answer(fault="The fault is ours.")


def _body(delivery: Delivery, upload: Mapping[str, Any] | None, api_url: str) -> str:
    """The upload in its present state, exactly as `GET /v1/uploads/{upload_id}` shows it to its vendor."""
    data = (
        upload_view(upload, upload["vendor_name"], api_url=api_url).model_dump(mode="json")
        if upload
        else {"webhook_id": delivery.webhook_id}
    )
    return json.dumps({"type": delivery.event, "timestamp": as_text(delivery.created_at), "data": data})
