"""The door: callers are identified before their bodies are read, and no header changes an address of ours."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.entry.door import Door
from api.main import create_app
from api.parts import Parts
from pipeline.settings import Settings

OURS = "https://onboarding.example"
HOSTILE = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Prefix": "/evil.example",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=gopher",
    "X-Original-Url": "/evil.example",
}


def service() -> FastAPI:
    return create_app(Settings(api_url=OURS))


class Body:
    """A body that records whether it is read."""

    def __init__(self, content: bytes) -> None:
        self.content, self.is_read = content, False

    def __aiter__(self) -> "Body":
        return self

    async def __anext__(self) -> bytes:
        if self.is_read:
            raise StopAsyncIteration
        self.is_read = True
        return self.content


def ask(app: FastAPI, method: str, path: str, **how: Any) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path, **how)

    with start_blocking_portal() as in_a_thread:
        return in_a_thread.call(answer)


def calls_with_a_body() -> Iterator[tuple[str, str]]:
    for path, methods in service().openapi()["paths"].items():
        yield from ((method.upper(), path) for method in methods if method not in {"get", "delete"})


CALLS = list(calls_with_a_body())
BODIES = {
    "no JSON": (b"{", "application/json"),
    "another type": (b"[]", "application/json"),
    "no text": (b"\xff\xfe", "application/json"),
    "no form": (b"x", "multipart/form-data"),
    "a damaged form": (b"--b\r\nno header", "multipart/form-data; boundary=b"),
    "far too large": (b"x" * (5 * 1024 * 1024), "application/json"),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_call_without_a_key_is_refused_and_its_body_is_not_read(method: str, path: str, kind: str) -> None:
    content, content_type = BODIES[kind]
    body = Body(content)
    headers = {"Content-Type": content_type, "Content-Length": str(len(content))}
    answer = ask(service(), method, path.replace("{", "").replace("}", ""), content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
    assert not body.is_read


@pytest.mark.parametrize("path", ["/uploads/new", "/uploads/announce", "/uploads/UPLOAD_1/cancel", "/sign-out",
                                  "/support/standstill/redrive", "/support/vendors/VEND001/keys"])  # fmt: skip
def test_a_form_without_a_session_is_not_read(path: str) -> None:
    body = Body(b"x" * (5 * 1024 * 1024))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body.content))}
    answer = ask(service(), "POST", path, content=body, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/uploads")
    assert not body.is_read


def test_every_route_has_the_door() -> None:
    parts = Parts()
    late = (*parts.programs.load().routes, *parts.pages.load().routes)
    routes = [context.original_route for context in iter_route_contexts([*service().routes, *late])]
    without = {route.path for route in routes if isinstance(route, APIRoute) and not isinstance(route, Door)}
    assert without == set()


@pytest.mark.parametrize(
    "path", ["/", "/v1/me", "/v1/uploads", "/v1/uploads/", "/uploads?status=failed", "/nothing", "/openapi.json",
             "/sign-in/", "/assets", "/docs", "/docs/", "/v1/rules/", "/healthz"],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_no_header_changes_an_address(path: str, accept: str) -> None:
    plain = ask(service(), "GET", path, headers={"Accept": accept})
    hostile = ask(service(), "GET", path, headers=HOSTILE | {"Accept": accept})
    assert hostile.status_code == plain.status_code
    assert hostile.headers.get("Location") == plain.headers.get("Location")
    assert "evil.example" not in hostile.text + str(hostile.headers)
    assert "gopher" not in hostile.text + str(hostile.headers)


def test_a_host_with_a_path_changes_no_redirect() -> None:
    answer = ask(service(), "GET", "/uploads", headers={"Host": "here/elsewhere?x=", "Accept": "text/html"})
    assert answer.headers["Location"] == "/sign-in?next=/uploads"


@pytest.mark.parametrize("path", ["/v1/uploads/", "/v1/me/", "/docs/", "/healthz/", "/assets", "/sign-in/"])
def test_a_slash_at_the_end_is_not_redirected(path: str) -> None:
    answer = ask(service(), "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_problem_links_to_our_own_address() -> None:
    assert ask(service(), "GET", "/v1/me", headers=HOSTILE).json()["type"] == f"{OURS}/docs#UNAUTHENTICATED"


def test_the_way_back_after_signing_in_has_a_bound() -> None:
    query = urlencode({"file_name": "x" * 5000})
    answer = ask(service(), "GET", f"/uploads?{query}", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/sign-in?next=/uploads"


def test_the_document_names_the_codes_of_slow_and_crowded_answers() -> None:
    document = json.dumps(service().openapi())
    assert "TOO_SLOW" in document
