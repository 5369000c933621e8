"""A crowd of clients: a process that sends the same request many times concurrently, with several keys."""

import asyncio
import multiprocessing
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx

_CROWDS = 3


@dataclass(frozen=True)
class Question:
    """The request of a crowd. `{n}` in its path or headers is a new number every time."""

    name: str
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    at_once: int = 14


class Crowd:
    """Clients in a process of their own."""

    def __init__(self, api_url: str, pool: ProcessPoolExecutor) -> None:
        self._api_url, self._pool = api_url, pool

    def ask(self, question: Question, keys: Sequence[str | None], seconds: float) -> "Future[Counter[int]]":
        """Starts sending requests; the result is the number of answers by status (0: no answer)."""
        return self._pool.submit(_run, question, self._api_url, list(keys), seconds)


@contextmanager
def crowd_at(api_url: str) -> Iterator[Crowd]:
    with ProcessPoolExecutor(_CROWDS, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield Crowd(api_url, pool)


def _run(question: Question, api_url: str, keys: list[str | None], seconds: float) -> Counter[int]:
    return asyncio.run(_ask(question, api_url, keys, seconds))


async def _ask(question: Question, api_url: str, keys: list[str | None], seconds: float) -> Counter[int]:
    statuses: Counter[int] = Counter()
    numbers = count()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=api_url, timeout=60, limits=limits, trust_env=False) as client:
        end = time.monotonic() + seconds

        async def member() -> None:
            while time.monotonic() < end:
                n = next(numbers)
                headers = {name: value.format(n=n) for name, value in question.headers.items()}
                if key := keys[n % len(keys)]:
                    headers = {"Authorization": f"Bearer {key}"} | headers
                try:
                    answer = await client.request(
                        question.method, question.path.format(n=n), headers=headers, **question.how
                    )
                    statuses[answer.status_code] += 1
                except httpx.HTTPError:
                    statuses[0] += 1

        await asyncio.gather(*(member() for _ in range(question.at_once)))
    return statuses


@contextmanager
def slow_bodies(api_url: str, key: str, many: int) -> Iterator[None]:
    """Keeps requests open whose bodies start and never continue."""
    address = urlsplit(api_url)
    head = (
        f"POST /v1/uploads/file HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 4000000\r\n\r\n--b\r\n"
    )
    with ExitStack() as opened:
        for _ in range(many):
            connection = opened.enter_context(closing(socket.create_connection((address.hostname, address.port), 30)))
            connection.sendall(head.encode())
        yield


def waits(api_url: str, key: str, path: str, *, seconds: float) -> list[float]:
    """The seconds until each answer, for one client that sends one request after another on one connection."""
    address, durations = urlsplit(api_url), []
    with closing(HTTPConnection(address.hostname or "", address.port, timeout=60)) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begin = time.monotonic()
            connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            durations.append(time.monotonic() - begin)
            time.sleep(0.05)
    return durations
