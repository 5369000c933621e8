"""Webhooks as a vendor's developer meets them: set up over REST, told by the running functions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.test_api import problem
from tests.receiver import Receiver, receiving
from tests.stack import Stack, csv_of, eventually, running, sound_rows, tag

URL = "https://receiver.invalid/hook"  # a name that nobody has: nothing is ever sent


@pytest.fixture(autouse=True)
def no_webhooks(stack: Stack) -> None:
    """Nothing is left of other tests, nor of a try of the same one that failed: idempotency keys neither."""
    stack.sql("DELETE FROM webhook_deliveries")
    stack.sql("DELETE FROM webhooks")
    stack.sql("DELETE FROM idempotency_keys")


@pytest.fixture
def webhook(stack: Stack) -> dict[str, Any]:
    created: dict[str, Any] = create(stack).json()
    return created


def create(stack: Stack, caller: str = "VEND001", **fields: object) -> httpx.Response:
    with stack.api(caller) as api:
        return api.post("/v1/webhooks", json={"url": URL} | fields)


def test_a_secret_is_shown_when_the_webhook_is_made_and_never_again(stack: Stack, webhook: dict[str, Any]) -> None:
    assert webhook["secret"].startswith("whsec_")
    assert (webhook["vendor_id"], webhook["url"], webhook["disabled_at"]) == ("VEND001", URL, None)
    assert len(webhook["events"]) == 5
    with stack.api() as api:
        answer = api.get(f"/v1/webhooks/{webhook['webhook_id']}")
        listed = api.get("/v1/webhooks").json()["items"]
    visible = {name: value for name, value in webhook.items() if name != "secret"}
    assert answer.json() == visible
    assert visible in listed


def test_a_repeat_makes_no_second_webhook(stack: Stack) -> None:
    with stack.api("VEND002") as api:
        first, again = (
            api.post("/v1/webhooks", json={"url": URL}, headers={"Idempotency-Key": "the-one"}) for _ in "12"
        )
        assert first.json() == again.json()
        assert first.headers["Location"] == again.headers["Location"]
        assert api.delete(first.headers["Location"]).status_code == 204


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/", "https"),
        ("https://127.0.0.1/", "private"),
        ("https://localhost/", "private"),
        ("https://169.254.169.254/latest/meta-data/", "private"),
        ("https://10.0.0.7:8443/", "private"),
        ("https://[::1]/", "private"),
        ("https://[::ffff:127.0.0.1]/", "private"),
        ("https://2130706433/", "usual form"),
        ("https://0177.0.0.1/", "usual form"),
        ("https://0x7f000001/", "usual form"),
        ("https://user:pass@shop.example/", "password"),
        ("https://shop.example/\u0000", "ASCII"),
    ],
)
def test_an_address_that_we_must_not_call_is_refused_and_told_why(stack: Stack, url: str, reason: str) -> None:
    answer = create(stack, url=url)
    assert problem(answer) == (422, "INVALID_REQUEST")
    (error,) = answer.json()["errors"]
    assert error["field"] == "url"
    assert reason in error["message"]


@pytest.mark.parametrize(
    "fields", [{"url": None}, {"events": []}, {"events": ["upload.started"]}, {"secret": "mine"}, {"vendor_id": 5}]
)
def test_a_request_that_is_not_valid_names_its_fields(stack: Stack, fields: dict[str, object]) -> None:
    answer = create(stack, "VEND001", **fields)
    assert problem(answer) == (422, "INVALID_REQUEST")
    assert answer.json()["errors"][0]["field"].startswith(next(iter(fields)))


def test_another_vendors_webhook_answers_as_one_that_does_not_exist(stack: Stack, webhook: dict[str, Any]) -> None:
    with stack.api("VEND002") as api:
        for method, part in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test")):
            theirs = api.request(method, f"/v1/webhooks/{webhook['webhook_id']}{part}")
            missing = api.request(method, f"/v1/webhooks/wh_aaaaaaaaaaaaaaaa{part}")
            assert problem(theirs) == problem(missing) == (404, "NOT_FOUND")
            assert theirs.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
        assert webhook["webhook_id"] not in api.get("/v1/webhooks").text


def test_support_sees_every_vendors_webhooks_and_names_the_vendor_of_a_new_one(
    stack: Stack, webhook: dict[str, Any]
) -> None:
    created = create(stack, "support", vendor_id="VEND002").json()
    with stack.api("support") as support, stack.api("VEND001") as vendor:
        every = [each["webhook_id"] for each in support.get("/v1/webhooks").json()["items"]]
        one = [
            each["webhook_id"] for each in support.get("/v1/webhooks", params={"vendor_id": "VEND002"}).json()["items"]
        ]
        assert every[:2] == [created["webhook_id"], webhook["webhook_id"]]
        assert one == [created["webhook_id"]]
        assert support.delete(f"/v1/webhooks/{created['webhook_id']}").status_code == 204
        assert problem(vendor.get("/v1/webhooks", params={"vendor_id": "VEND002"})) == (403, "SUPPORT_ONLY")
    assert problem(create(stack, vendor_id="VEND002")) == (403, "SUPPORT_ONLY")
    assert problem(create(stack, "support")) == (422, "INVALID_REQUEST")
    assert problem(create(stack, "support", vendor_id="VEND004")) == (403, "VENDOR_INACTIVE")


def test_a_vendor_has_at_most_ten_and_they_are_listed_newest_first_page_by_page(stack: Stack) -> None:
    created = [create(stack, "VEND002").json()["webhook_id"] for _ in range(10)]
    assert problem(create(stack, "VEND002")) == (422, "INVALID_REQUEST")
    with stack.api("VEND002") as api:
        first = api.get("/v1/webhooks", params={"limit": 6}).json()
        rest = api.get("/v1/webhooks", params={"limit": 6, "cursor": first["next_cursor"]}).json()
        assert [each["webhook_id"] for each in first["items"] + rest["items"]] == created[::-1]
        assert rest["next_cursor"] is None
        for webhook_id in created:
            assert api.delete(f"/v1/webhooks/{webhook_id}").status_code == 204
        assert problem(api.get(f"/v1/webhooks/{created[0]}")) == (404, "NOT_FOUND")


def test_a_test_is_sent_once_and_its_outcome_is_listed(stack: Stack, webhook: dict[str, Any]) -> None:
    address = f"/v1/webhooks/{webhook['webhook_id']}"
    with stack.api() as api:
        answer = api.post(f"{address}/test")
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")

        def outcome() -> dict[str, Any] | None:
            (delivery,) = api.get(f"{address}/deliveries").json()["items"]
            return None if delivery["status"] == "pending" else dict(delivery)

        tried = eventually(outcome)
    assert tried is not None
    assert tried["delivery_id"] == answer.json()["delivery_id"]
    assert (tried["status"], tried["attempts"], tried["last_error"]) == ("failed", 1, "The host name is not known.")


def test_deliveries_are_listed_newest_first_page_by_page(stack: Stack, webhook: dict[str, Any]) -> None:
    for n in range(5):  # by SQL: the API makes no second test while one waits
        stack.sql(
            "INSERT INTO webhook_deliveries (delivery_id, webhook_id, event, next_attempt_at)"
            " VALUES (%s, %s, 'webhook.test', NULL)",
            f"msg_{webhook['webhook_id']}_{n}", webhook["webhook_id"],
        )  # fmt: skip
    with stack.api() as api:
        address = f"/v1/webhooks/{webhook['webhook_id']}/deliveries"
        first = api.get(address, params={"limit": 3}).json()
        rest = api.get(address, params={"limit": 3, "cursor": first["next_cursor"]}).json()
        assert [each["delivery_id"][-1] for each in first["items"] + rest["items"]] == list("43210")
        assert rest["next_cursor"] is None
        assert problem(api.get(address, params={"cursor": "x"})) == (400, "INVALID_CURSOR")


def test_the_openapi_document_tells_what_a_receiver_gets(stack: Stack) -> None:
    document = httpx.get(f"{stack.api_url}/openapi.json").json()
    (callback,) = document["paths"]["/v1/webhooks"]["post"]["callbacks"]["upload_ended"].values()
    assert callback["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/UploadEvent")


@pytest.fixture(scope="module")
def subscribed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Receiver]]:
    """A stack whose functions may send to this machine, and a receiver on it."""
    folder: Path = tmp_path_factory.mktemp("webhooks")
    with receiving(folder) as receiver, running(folder / "state") as stack:
        stack.set_variables(ONBOARDING_WEBHOOK_ALLOW_PRIVATE="true", ONBOARDING_WEBHOOK_CA_FILE=receiver.ca_file)
        yield stack, receiver


def test_a_receiver_is_told_within_seconds_of_an_end_and_of_a_test(subscribed: tuple[Stack, Receiver]) -> None:
    stack, receiver = subscribed
    webhook = create(stack).json()
    # The API takes no address of this machine, even where functions may send to it.
    stack.sql("UPDATE webhooks SET url = %s WHERE webhook_id = %s", receiver.url, webhook["webhook_id"])
    upload_id = stack.send(csv_of(sound_rows(3, tag())))["upload_id"]
    upload = stack.ended(upload_id)
    first = eventually(lambda: receiver.received[:1])[0].verified(webhook["secret"])
    assert (first["type"], first["data"]) == ("upload.completed", upload)
    with stack.api() as api:
        api.post(f"/v1/webhooks/{webhook['webhook_id']}/test")
    second = eventually(lambda: receiver.received[1:2])[0].verified(webhook["secret"])
    assert (second["type"], second["data"]) == ("webhook.test", {"webhook_id": webhook["webhook_id"]})
