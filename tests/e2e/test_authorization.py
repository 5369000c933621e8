"""Who may see what: every call of the OpenAPI document, by every kind of caller."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest

from pipeline.domain.keys import Role
from tests.e2e.operators import keys_with, revoke
from tests.stack import Stack, csv_of, sound_rows, tag

MISSING = {
    "upload_id": "UPLOAD_20200101_000000_aaaaaaaa",
    "product_id": "999999999",
    "webhook_id": "wh_missing",
    "header": "Preis",
    "value": "Elektronik",
    "export_id": "EXPORT_20200101_000000_aaaaaaaa",
}
WITHOUT_KEY = {
    "/healthz", "/readyz", "/v1/categories", "/v1/rules", "/v1/limits", "/v1/template.csv", "/v1/template.xlsx",
    "/r/{token}",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "/v1/uploads": {"json": {"file_name": "a.csv"}},
    "/v1/uploads/file": {"files": {"file": ("a.csv", b"x")}},
    "/v1/uploads/rows": {"json": {"rows": [{"sku": "A"}]}},
    "/v1/uploads/{upload_id}/corrections": {
        "json": {"fixes": [{"error_type": "INVALID_PRICE", "error_field": "price", "set": "1"}]}
    },
    "/v1/webhooks": {"json": {"url": "https://example.com/hook", "events": ["upload.completed"]}},
    "/v1/exports": {"json": {"format": "csv"}},
}
SUPPORT_ONLY = {"/v1/errors", "/v1/errors/summary", "/v1/vendors"}
OF_THE_CALLER = {"/v1/mapping/{header}", "/v1/aliases/{value}"}  # whoever calls: two vendors may have the same
FOREIGN = "VEND002"  # whose things they are
STRANGER = "VEND003"  # who must not see them


@dataclass(frozen=True)
class Call:
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names_a_thing(self) -> bool:
        return "{" in self.path and self.path not in {*WITHOUT_KEY, *OF_THE_CALLER}


@pytest.fixture(scope="module")
def calls(stack: Stack) -> list[Call]:
    document = httpx.get(f"{stack.api_url}/openapi.json").json()
    return [Call(method.upper(), path) for path, methods in document["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def things(stack: Stack) -> dict[str, str]:
    """Of VEND002: an upload with a report, a product, a webhook, an export."""
    content = csv_of([*sound_rows(1, tag()), "P,Lamp,Nowhere,S,-1,x"])
    upload_id = stack.ended(stack.send(content, vendor=FOREIGN)["upload_id"], vendor=FOREIGN)["upload_id"]
    (product,) = stack.products(vendor=FOREIGN, upload_id=upload_id)
    with stack.api(FOREIGN) as api:
        webhook = api.post("/v1/webhooks", json=BODIES["/v1/webhooks"]["json"]).raise_for_status().json()
        export = api.post("/v1/exports", json=BODIES["/v1/exports"]["json"]).raise_for_status().json()
    return {
        "upload_id": upload_id,
        "product_id": str(product["product_id"]),
        "webhook_id": str(webhook["webhook_id"]),
        "header": "Preis",
        "value": "Elektronik",
        "export_id": str(export["export_id"]),
    }


def ask(stack: Stack, call: Call, values: dict[str, str], key: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = BODIES.get(call.path, {}) if call.method == "POST" else {}
    return httpx.request(call.method, stack.api_url + call.path.format(**values), headers=headers, **body)


def same(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    return body | {"request_id": ""}


@cache
def revoked_key(stack: Stack) -> str:
    from pipeline.postgres.api_keys import create_api_key

    key = create_api_key(stack.description["database_url"], role=Role.VENDOR, vendor_id=FOREIGN, label="revoked")
    revoke(stack, keys_with(stack, "revoked")[-1]["key_id"])
    return key


def test_the_document_lists_calls_of_both_kinds(calls: list[Call]) -> None:
    assert len(calls) > 10
    assert any(call.names_a_thing for call in calls)


def test_without_a_working_key_every_call_but_the_open_ones_is_refused(
    stack: Stack, calls: list[Call], things: dict[str, str]
) -> None:
    for call in calls:
        for key in (None, "vk_" + "0" * 64, "x", revoked_key(stack)):
            if call.path not in WITHOUT_KEY:
                assert ask(stack, call, things, key).status_code == 401, f"{call} with {key}"


def test_what_is_another_vendors_answers_as_what_does_not_exist(
    stack: Stack, calls: list[Call], things: dict[str, str]
) -> None:
    key = stack.description["api_keys"][STRANGER]
    for call in calls:
        if call.names_a_thing:
            theirs, missing = ask(stack, call, things, key), ask(stack, call, MISSING, key)
            assert (theirs.status_code, missing.status_code) == (404, 404), str(call)
            assert same(theirs) == same(missing), str(call)


def test_lists_of_a_vendor_name_nothing_of_another(stack: Stack, calls: list[Call], things: dict[str, str]) -> None:
    key = stack.description["api_keys"][STRANGER]
    for call in calls:
        if call.method == "GET" and not call.names_a_thing and call.path not in WITHOUT_KEY:
            answer = ask(stack, call, things, key)
            assert answer.status_code == (403 if call.path in SUPPORT_ONLY else 200), str(call)
            assert FOREIGN not in answer.text, str(call)
            assert things["upload_id"] not in answer.text, str(call)


def test_the_owner_and_support_see_it(stack: Stack, calls: list[Call], things: dict[str, str]) -> None:
    for call in calls:
        if call.names_a_thing and call.method == "GET":
            for caller in (FOREIGN, "support"):
                answer = ask(stack, call, things, stack.description["api_keys"][caller])
                assert answer.status_code in {200, 202, 307}, f"{call} by {caller}: {answer.text}"


def test_no_answer_shows_how_it_was_made(stack: Stack, calls: list[Call]) -> None:
    hostile = {"upload_id": "'; DROP TABLE vendors; --", "product_id": "nine", "webhook_id": "\u2028", "token": "a.b.c"}
    hostile["export_id"] = hostile["upload_id"]
    hostile["header"] = hostile["value"] = "\u2028/../%00"
    for call in calls:
        answer = ask(stack, call, hostile, stack.description["api_keys"][STRANGER])
        assert answer.status_code < 500, str(call)
        assert "Traceback" not in answer.text
        assert "psycopg2" not in answer.text
