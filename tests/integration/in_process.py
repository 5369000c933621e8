"""The web service in the test's process, with settings and client addresses that the test chooses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from api.main import create_app
from pipeline.settings import Settings

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Service:
    """Passes requests to the application as a server does, with the client's address."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self._app, self._portal = app, portal

    def ask(self, method: str, path: str, *, address: str = "203.0.113.1", **how: Any) -> httpx.Response:
        answer: httpx.Response = self._portal.call(self._ask, address, method, path, how)
        return answer

    def sign_in(self, key: str, *, address: str) -> int:
        """Signs in and returns the status of the answer."""
        return self._portal.call(self._sign_in, key, address)

    async def _ask(self, address: str, method: str, path: str, how: dict[str, Any]) -> httpx.Response:
        async with self._client(address) as client:
            return await client.request(method, path, **how)

    async def _sign_in(self, key: str, address: str) -> int:
        async with self._client(address) as client:
            token = _TOKEN.search((await client.get("/sign-in")).text)
            assert token
            return (await client.post("/sign-in", data={"form_token": token[1], "key": key})).status_code

    def _client(self, address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://here")


@contextmanager
def service(**settings: Any) -> Iterator[Service]:
    """The web service with the environment of the fixture `offline`."""
    with start_blocking_portal() as portal:
        yield Service(create_app(Settings(**settings)), portal)
