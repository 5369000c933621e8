"""Who guesses, invents keys or lies about an address spends their own allowance, and nobody else's."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from tests.e2e.test_api import problem
from tests.e2e.test_portal import _token
from tests.stack import Stack, csv_of, sound_rows, tag

BROWSER = {"Accept": "text/html"}
HEADERS_THAT_LIE = {"X-Forwarded-For": "203.0.113.7", "X-Real-Ip": "203.0.113.7", "Forwarded": "for=203.0.113.7"}


@pytest.fixture(autouse=True)
def forgotten_attempts(stack: Stack) -> Iterator[None]:
    """By SQL: otherwise it takes ten minutes until the one address of all tests may try again."""
    stack.sql("DELETE FROM sign_in_allowances")
    yield
    stack.sql("DELETE FROM sign_in_allowances")


def sign_in(client: httpx.Client, key: str, headers: dict[str, str] | None = None) -> httpx.Response:
    form = {"form_token": _token(client.get("/sign-in")), "key": key}
    return client.post("/sign-in", data=form, headers=headers)


def test_no_header_makes_an_address_another(stack: Stack) -> None:
    with httpx.Client(base_url=stack.api_url, headers=BROWSER, timeout=30) as client:
        answers = []
        for n in range(12):
            headers = {name: value.replace("113.7", f"113.{n}") for name, value in HEADERS_THAT_LIE.items()}
            answers.append(sign_in(client, "vk_wrong", headers).status_code)
        assert answers == [401] * 10 + [429] * 2
    # No answer says which address was counted.
    assert [row["address"] for row in stack.sql("SELECT address FROM sign_in_allowances")] == ["127.0.0.1"]


def test_invented_keys_make_nobody_else_wait_and_lock_nobody_out(stack: Stack) -> None:
    fresh = create_api_key(stack.description["database_url"], role=Role.VENDOR, vendor_id="VEND002", label="fresh")
    valid_key = stack.description["api_keys"]["VEND001"]

    def ask(key: str) -> int:
        return client.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code

    with httpx.Client(base_url=stack.api_url, timeout=60) as client, ThreadPoolExecutor(20) as pool:
        assert ask(valid_key) == 200
        wrong = pool.map(ask, [f"vk_{n:064x}" for n in range(400)])
        begin = time.monotonic()
        assert ask(valid_key) == 200
        assert time.monotonic() - begin < 5
        assert set(wrong) <= {401, 429}
        assert ask(fresh) == 200


def test_a_wrong_key_is_told_so_before_anything_that_it_sends_is_looked_at(stack: Stack) -> None:
    headers = {"Authorization": "Bearer vk_wrong", "Content-Type": "application/json"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=30) as client:
        for content in (b"{", b"[]", b"\xff", b"x" * 6_000_000):
            for path in ("/v1/uploads", "/v1/uploads/file", "/v1/webhooks"):
                assert problem(client.post(path, content=content)) == (401, "UNAUTHENTICATED"), (path, len(content))
        assert problem(client.post("/v1/uploads?file_name=" + "a" * 300)) == (401, "UNAUTHENTICATED")


def test_texts_of_a_form_are_bounded_and_utf8(stack: Stack) -> None:
    with stack.api() as api:
        file = {"file": ("a.csv", csv_of(sound_rows(1, tag())))}
        for field in ("reference", "file_name", "vendor_id"):
            for value in ("x" * 201, b"gr\xf6\xdfe"):
                answer = api.post("/v1/uploads/file", files=file, data={field: value, "dry_run": "true"})
                assert problem(answer) == (422, "INVALID_REQUEST")
                assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_every_documented_text_has_a_bound_that_is_kept(stack: Stack) -> None:
    document = httpx.get(f"{stack.api_url}/openapi.json").json()
    with stack.api("support") as api:
        for path, methods in document["paths"].items():
            for parameter in methods.get("get", {}).get("parameters", ()):
                if (most := _longest(parameter["schema"])) is None:
                    continue
                name, text = parameter["name"], "a" * (most + 1)
                values = {"upload_id": "UPLOAD_1", "product_id": "1", "webhook_id": "wh_1", "token": "x"}
                params = {name: text} if parameter["in"] == "query" else {}
                if parameter["in"] == "path":
                    values |= {name: text}
                answer = api.get(path.format(**values), params=params)
                assert problem(answer) == (422, "INVALID_REQUEST"), (path, name)
                time.sleep(0.02)  # so fast may a key ask for ever


def _longest(schema: dict[str, Any]) -> int | None:
    schemas = [schema, *schema.get("anyOf", ())]
    return next((each["maxLength"] for each in schemas if "maxLength" in each), None)
