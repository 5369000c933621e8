"""Support's browser, without a browser: signed in, with the tokens of its forms."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.stack import Stack

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Console:
    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def token(self, path: str) -> str:
        match = _TOKEN.search(self.client.get(path).text)
        assert match, path
        return match[1]

    def send(self, path: str, *, form_token: str | None = None, **fields: str) -> httpx.Response:
        """Sends a form of the console; with a valid token unless another is given."""
        return self.client.post(path, data={"form_token": form_token or self.token("/rules"), **fields})


@contextmanager
def signed_in(stack: Stack, caller: str = "support") -> Iterator[Console]:
    stack.sql("DELETE FROM sign_in_allowances")  # all tests sign in from one address
    with httpx.Client(base_url=stack.api_url, headers={"Accept": "text/html"}, timeout=60) as client:
        console = Console(client)
        form = {"form_token": console.token("/sign-in"), "key": stack.description["api_keys"][caller]}
        assert client.post("/sign-in", data=form).status_code == 303
        yield console
