"""Routes that are imported late answer like all others."""

import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match
from starlette.types import Scope

from api.main import create_app
from api.parts import Parts

ROOT = Path(__file__).parents[2]


def send(app: FastAPI, method: str, path: str, **how: object) -> httpx.Response:
    """The answer of an application that has not been prepared, as behind API Gateway."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
            return await client.request(method, path, **how)  # type: ignore[arg-type]

    with start_blocking_portal() as in_a_thread:
        return in_a_thread.call(ask)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/docs", 200),
        ("GET", "/assets/portal.css", 200),
        ("GET", "/healthz", 200),
        ("DELETE", "/v1/rules", 405),
        ("DELETE", "/sign-in", 405),
        ("GET", "/v1/no/such/path", 404),
    ],
)
def test_the_first_request_for_a_path_finds_its_route(method: str, path: str, status: int) -> None:
    assert send(create_app(), method, path).status_code == status


def test_the_document_has_every_part() -> None:
    document = send(create_app(), "GET", "/openapi.json").json()
    assert {"/v1/uploads", "/v1/uploads/{upload_id}/errors", "/v1/errors", "/v1/webhooks", "/r/{token}"} <= set(
        document["paths"]
    )


def test_no_path_belongs_to_two_parts() -> None:
    parts = Parts()
    eager = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    parts.install(eager)
    groups = [list(iter_route_contexts(each.routes)) for each in (eager, parts.programs.load(), parts.pages.load())]
    assert all(groups)
    for group, other in combinations(groups, 2):
        for first, second in product(group, other):
            scope: Scope = {"type": "http", "method": "GET", "path": second.path, "headers": []}
            assert first.matches(scope)[0] == Match.NONE, f"{first.path} answers for {second.path}"


def test_the_next_request_repeats_a_failed_import() -> None:
    done = subprocess.run([sys.executable, "-c", _WITH_A_FAULT], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "500 405"


_WITH_A_FAULT = """
import sys
from starlette.testclient import TestClient
from api.main import create_app
from api.parts import Parts
client = TestClient(create_app(), raise_server_exceptions=False)
sys.modules["api.rest.support"] = None  # importing it raises
at_first = client.delete("/v1/rules").status_code
del sys.modules["api.rest.support"]
print(at_first, client.delete("/v1/rules").status_code)
"""
