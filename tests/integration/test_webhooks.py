"""Webhooks against a real receiver, which may be slow, broken or hostile."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from pipeline.outcome.webhooks import RETRY_DELAYS, TIMED_OUT, WebhookEvent, new_secret, new_webhook_id
from pipeline.postgres import webhooks
from pipeline.postgres.database import Database, DatabasePool
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.deliver import deliver_webhooks
from pipeline.stages.sweep import sweep
from tests.integration.offline import Offline
from tests.receiver import Receiver, receiving, status
from tests.stack import csv_of, sound_rows, tag

SECRET = new_secret()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as receiver:
        yield receiver


@pytest.fixture
def services(offline: Offline, receiver: Receiver) -> Iterator[Services]:
    """A sender that trusts the receiver's authority and may go to 127.0.0.1."""
    services = Services(Settings(webhook_seconds=1.5, webhook_allow_private=True, webhook_ca_file=receiver.ca_file))
    yield services
    services.database.close()


@pytest.fixture
def webhook_id(offline: Offline, receiver: Receiver) -> Iterator[str]:
    yield (webhook_id := add_webhook(offline, receiver.url))
    offline.stack.sql("DELETE FROM webhooks WHERE webhook_id = %s", webhook_id)


def add_webhook(
    offline: Offline, url: str, *, events: Sequence[str] = tuple(WebhookEvent), vendor: str = "VEND001"
) -> str:
    webhook_id = new_webhook_id()
    offline.stack.sql(
        "INSERT INTO webhooks (webhook_id, vendor_id, url, events, secret) VALUES (%s, %s, %s, %s, %s)",
        webhook_id, vendor, url, list(events), SECRET,
    )  # fmt: skip
    return webhook_id


def ended(offline: Offline, content: bytes | None = None) -> str:
    upload_id = offline.arrive(content or csv_of(sound_rows(1, tag())))
    offline.deliver([offline.events(upload_id)])
    offline.end(upload_id)
    return upload_id


def deliveries(offline: Offline, webhook_id: str) -> list[dict[str, Any]]:
    return offline.stack.sql(
        "SELECT *, next_attempt_at - now() AS wait FROM webhook_deliveries WHERE webhook_id = %s ORDER BY created_at",
        webhook_id,
    )


def make_due(offline: Offline, webhook_id: str) -> None:
    """Makes the next attempt due."""
    offline.stack.sql(
        "UPDATE webhook_deliveries SET next_attempt_at = now() WHERE webhook_id = %s AND next_attempt_at IS NOT NULL",
        webhook_id,
    )


def test_the_end_of_an_upload_is_told_signed_and_as_the_vendor_sees_it(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    run = tag()
    upload_id = ended(offline, csv_of([*sound_rows(2, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,1,5"]))
    deliver_webhooks(services, of=[upload_id], seconds=3)
    (received,) = receiver.received
    payload = received.verified(SECRET)
    with offline.stack.api("VEND001") as api:
        upload = api.get(f"/v1/uploads/{upload_id}").json()
    assert (payload["type"], payload["data"]) == ("upload.partial", upload)
    assert received.headers["host"] == receiver.url.split("/")[2]
    (delivery,) = deliveries(offline, webhook_id)
    assert (delivery["delivery_id"], delivery["attempts"], delivery["last_status_code"]) == (
        received.message_id,
        1,
        204,
    )
    assert delivery["delivered_at"]
    assert delivery["next_attempt_at"] is None
    with pytest.raises(WebhookVerificationError):
        received.verified(new_secret())


def test_a_receiver_that_fails_is_tried_again_by_the_schedule_with_the_same_id_and_then_given_up(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    receiver.answer = status(500)
    ended(offline)
    for delay in (*RETRY_DELAYS, None):
        deliver_webhooks(services, seconds=3)
        (delivery,) = deliveries(offline, webhook_id)
        assert (delivery["last_status_code"], delivery["last_error"]) == (500, "The receiver answered 500.")
        waits = delivery["wait"]
        assert waits is None if delay is None else abs((waits - delay).total_seconds()) < 5
        make_due(offline, webhook_id)
    deliver_webhooks(services, seconds=3)
    assert len(receiver.received) == 8
    assert {received.message_id for received in receiver.received} == {delivery["delivery_id"]}


def test_a_receiver_that_is_well_again_is_told_once(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    receiver.answer = status(503)
    upload_id = ended(offline)
    deliver_webhooks(services, of=[upload_id], seconds=3)
    receiver.answer = status(200)
    make_due(offline, webhook_id)
    for _ in range(3):
        deliver_webhooks(services, seconds=3)
    (delivery,) = deliveries(offline, webhook_id)
    assert (len(receiver.received), delivery["attempts"], delivery["last_error"]) == (2, 2, None)


def test_a_redirect_is_not_followed(offline: Offline, services: Services, receiver: Receiver, webhook_id: str) -> None:
    receiver.answer = status(307, Location=receiver.url.replace("/hook", "/elsewhere"))
    deliver_webhooks(services, of=[ended(offline)], seconds=3)
    (delivery,) = deliveries(offline, webhook_id)
    assert [received.path for received in receiver.received] == ["/hook"]
    assert (delivery["last_status_code"], delivery["delivered_at"]) == (307, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_not_even_connected_to(offline: Offline, host: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(0.2)
        webhook_id = add_webhook(offline, f"https://{host}:{listener.getsockname()[1]}/")
        deliver_webhooks(offline.services, of=[ended(offline)], seconds=3)
        with pytest.raises(TimeoutError):
            listener.accept()
    (delivery,) = deliveries(offline, webhook_id)
    assert delivery["last_error"] == "The URL leads to a private address."
    offline.stack.sql("DELETE FROM webhooks WHERE webhook_id = %s", webhook_id)


def drip(request: BaseHTTPRequestHandler) -> None:
    """Sends a byte now and then, so that each read succeeds and the answer never ends."""
    for _ in range(100):
        request.wfile.write(b"H")
        time.sleep(0.1)


def sleep(request: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


@pytest.mark.parametrize("answer", [drip, sleep])
def test_a_slow_receiver_is_cut_off_in_time(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str, answer: Any
) -> None:
    receiver.answer = answer
    upload_id = ended(offline)
    begin = time.monotonic()
    deliver_webhooks(services, of=[upload_id], seconds=3)
    assert 1.4 < time.monotonic() - begin < 2.5
    (delivery,) = deliveries(offline, webhook_id)
    assert (delivery["last_status_code"], delivery["last_error"]) == (None, TIMED_OUT)


def test_a_receiver_that_never_shakes_hands_is_cut_off_in_time(offline: Offline, services: Services) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        webhook_id = add_webhook(offline, f"https://127.0.0.1:{silent.getsockname()[1]}/")
        upload_id = ended(offline)
        begin = time.monotonic()
        deliver_webhooks(services, of=[upload_id], seconds=3)
        assert time.monotonic() - begin < 2.5
    (delivery,) = deliveries(offline, webhook_id)
    assert delivery["last_error"] == TIMED_OUT
    offline.stack.sql("DELETE FROM webhooks WHERE webhook_id = %s", webhook_id)


def test_a_certificate_for_another_host_is_not_accepted(offline: Offline, services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    with receiving(folder, name="shop.example") as other:
        webhook_id = add_webhook(offline, other.url)
        sender = Services(Settings(webhook_allow_private=True, webhook_ca_file=other.ca_file))
        with closing(sender.database):
            deliver_webhooks(sender, of=[ended(offline)], seconds=3)
        assert other.received == []
    (delivery,) = deliveries(offline, webhook_id)
    assert "certificate was not accepted" in delivery["last_error"]
    offline.stack.sql("DELETE FROM webhooks WHERE webhook_id = %s", webhook_id)


def test_a_receiver_that_answers_410_is_told_no_more_until_a_test_arrives(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    receiver.answer = status(410)
    waiting = ended(offline)
    deliver_webhooks(services, of=[waiting], seconds=3)
    receiver.answer = status(200)
    deliver_webhooks(services, of=[ended(offline), waiting], seconds=3)
    (delivery,) = deliveries(offline, webhook_id)
    assert (len(receiver.received), delivery["next_attempt_at"]) == (1, None)

    with offline.stack.api("VEND001") as api:
        assert api.get(f"/v1/webhooks/{webhook_id}").json()["disabled_at"]
        offline.stack.sql("INSERT INTO webhook_deliveries (webhook_id, event) VALUES (%s, 'webhook.test')", webhook_id)
        test = deliveries(offline, webhook_id)[-1]["delivery_id"]
        deliver_webhooks(services, of=[test], seconds=3)
        assert receiver.received[-1].verified(SECRET)["data"] == {"webhook_id": webhook_id}
        assert api.get(f"/v1/webhooks/{webhook_id}").json()["disabled_at"] is None


def test_an_end_that_is_repeated_is_told_once(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    upload_id = ended(offline)
    deliver_webhooks(services, of=[upload_id], seconds=3)
    with services.database.transaction() as cursor:
        assert webhooks.add_deliveries(cursor, upload_id) == 0
    offline.end(upload_id)
    deliver_webhooks(services, of=[upload_id], seconds=3)
    assert len(receiver.received) == len(deliveries(offline, webhook_id)) == 1


def test_only_what_was_asked_for_and_only_the_own_uploads_are_told(
    offline: Offline, services: Services, receiver: Receiver
) -> None:
    failed_only = add_webhook(offline, receiver.url, events=("upload.failed",))
    foreign = add_webhook(offline, receiver.url, vendor="VEND002")
    deliver_webhooks(services, of=[ended(offline)], seconds=3)
    deliver_webhooks(services, of=[ended(offline, b"not,a,product,file\n1,2,3,4\n")], seconds=3)
    assert [received.payload["type"] for received in receiver.received] == ["upload.failed"]
    offline.stack.sql("DELETE FROM webhooks WHERE webhook_id = ANY (%s)", [failed_only, foreign])


def test_an_expired_upload_is_told(offline: Offline, services: Services, receiver: Receiver, webhook_id: str) -> None:
    with offline.stack.api() as api:
        upload_id = api.post("/v1/uploads", json={"file_name": "never.csv"}).json()["upload_id"]
    offline.stack.sql(
        "UPDATE upload_history SET expires_at = now() - interval '1 minute' WHERE upload_id = %s", upload_id
    )
    for _ in range(2):
        sweep(offline.services, lambda: True, stalled_after=RETRY_DELAYS[0] * 0)
    deliver_webhooks(services, of=[upload_id], seconds=3)
    (received,) = (each for each in receiver.received if each.payload["data"]["upload_id"] == upload_id)
    assert (received.payload["type"], received.payload["data"]["failure"]["code"]) == (
        "upload.expired",
        "FILE_NOT_RECEIVED",
    )


def test_an_end_in_a_transaction_of_the_rest_api_is_told_with_it_or_not_at_all(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())), parse=False)
    pool = DatabasePool(lambda: Database(services.database_credentials))
    for keep in (False, True):
        with suppress(RuntimeError), pool.transaction() as cursor:
            cursor.execute("UPDATE upload_history SET status = 'cancelled' WHERE upload_id = %s", (upload_id,))
            assert webhooks.add_deliveries(cursor, upload_id) == 1
            if not keep:
                raise RuntimeError
        assert len(deliveries(offline, webhook_id)) == keep
    deliver_webhooks(services, of=[upload_id], seconds=3)
    assert receiver.received[0].payload["type"] == "upload.cancelled"


def test_two_senders_at_once_send_once(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    upload_ids = [ended(offline) for _ in range(6)]
    settings = services.settings
    senders = [Services(settings) for _ in range(4)]
    threads = [
        threading.Thread(target=deliver_webhooks, args=(s,), kwargs={"of": upload_ids, "seconds": 2}) for s in senders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_webhooks(services, of=upload_ids, seconds=2)
    for sender in senders:
        sender.database.close()
    assert sorted(received.payload["data"]["upload_id"] for received in receiver.received) == sorted(upload_ids)


def test_a_vendor_with_slow_receivers_holds_up_no_other(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    receiver.answer = sleep
    upload_ids = [ended(offline) for _ in range(9)]
    begin = time.monotonic()
    deliver_webhooks(services, of=upload_ids, seconds=0.1)
    assert time.monotonic() - begin < 2.5
    assert sum(delivery["attempts"] for delivery in deliveries(offline, webhook_id)) == 4


def test_a_receiver_that_has_just_failed_is_left_to_the_sweeper(
    offline: Offline, services: Services, receiver: Receiver, webhook_id: str
) -> None:
    receiver.answer = status(500)
    deliver_webhooks(services, of=[ended(offline)], seconds=3)
    deliver_webhooks(services, of=[ended(offline)], seconds=3)
    assert len(receiver.received) == 1
    receiver.answer = status(200)
    make_due(offline, webhook_id)
    deliver_webhooks(services, seconds=3)
    deliver_webhooks(services, of=[ended(offline)], seconds=3)
    assert [delivery["last_status_code"] for delivery in deliveries(offline, webhook_id)] == [200, 200, 200]
