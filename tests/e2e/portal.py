"""A browser without JavaScript, as far as tests of forms need one: pages, and forms that are sent with their token."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tests.stack import Stack

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Portal:
    """A signed-in visitor."""

    def __init__(self, client: httpx.Client, stack: Stack, caller: str) -> None:
        self._client = client
        stack.sql("DELETE FROM sign_in_allowances")  # all tests sign in from one address
        self.send("/sign-in", {"key": stack.description["api_keys"][caller]}, page="/sign-in")

    def go(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def send(self, path: str, fields: Mapping[str, Any], *, page: str = "/uploads") -> httpx.Response:
        """Sends a form with the token of a page."""
        token = _TOKEN.search(self.go(page).text)
        assert token
        return self._client.post(path, data={"form_token": token[1], **fields})


@contextmanager
def visiting_portal(stack: Stack, caller: str) -> Iterator[Portal]:
    with httpx.Client(base_url=stack.api_url, headers={"Accept": "text/html"}, timeout=60) as client:
        yield Portal(client, stack, caller)
