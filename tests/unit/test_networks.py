"""Networks: which addresses belong to one, and how fast one may continue."""

import asyncio
import time
from typing import Any

import pytest
from fastapi import FastAPI, Request
from mangum import Mangum

from api.entry.networks import Pace, network, network_of


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_one_subscriber_is_one_network(address: str, expected: str) -> None:
    assert network(address) == expected


def test_behind_api_gateway_the_address_is_that_of_its_connection() -> None:
    app = FastAPI()

    @app.get("/")
    def address(request: Request) -> str:
        return network_of(request)

    event: dict[str, Any] = {
        "version": "2.0",
        "rawQueryString": "",
        "headers": {"x-forwarded-for": "203.0.113.7", "forwarded": "for=203.0.113.7", "host": "evil.example"},
        "requestContext": {"http": {"method": "GET", "path": "/", "sourceIp": "198.51.100.4"}},
    }
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    try:
        answer = Mangum(app, lifespan="off")(event, None)  # type: ignore[arg-type]
        assert answer["body"] == '"198.51.100.4"'
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_a_network_waits_only_after_its_burst() -> None:
    async def test() -> None:
        pace = Pace(3, 0.001)
        start = time.monotonic()
        assert [await pace.take("a", longest=1) for _ in range(4)] == [True, True, True, False]
        assert await pace.take("b", longest=1)
        pace.give_back("a")
        assert await pace.take("a", longest=1)
        assert time.monotonic() - start < 60

    asyncio.run(test())


def test_a_network_that_is_too_fast_waits_and_is_not_refused() -> None:
    async def test() -> None:
        pace = Pace(1, 20)
        assert await pace.take("a", longest=1)
        start = time.monotonic()
        assert await pace.take("a", longest=1)
        assert time.monotonic() - start > 0.03

    asyncio.run(test())
