"""Admission: places in turn, bounds for what one owner may have under way, and who holds a secret."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.answers.problems import Problem, ProblemCode
from api.entry.networks import Pace, network_of
from api.entry.turnstile import Turnstile, WaitedTooLong

Caller = TypeVar("Caller")

_KNOWN_SECRETS = 10_000
# What an address may ask with unknown keys: a burst, and then so many a second.
_UNKNOWN_BURST, _UNKNOWN_PER_SECOND = 200, 50
_LONGEST_WAIT_SECONDS = 5.0


class Admission:
    """Who may come in when: places in turn, and bounds for what one owner may have under way."""

    def __init__(self, turnstile: Turnstile, *, most_under_way: int) -> None:
        self._turnstile, self._most_under_way = turnstile, most_under_way
        self._under_way: Counter[str] = Counter()
        self._owners: dict[bytes, str] = {}  # by the hash of their secrets; the one unseen for longest first
        self._pace = Pace(_UNKNOWN_BURST, _UNKNOWN_PER_SECOND)

    @asynccontextmanager
    async def in_turn(self, owner: str) -> AsyncIterator[None]:
        try:
            async with self._turnstile.place(owner):
                yield
        except WaitedTooLong:
            raise _busy("Too many other requests of yours are being worked on.") from None

    @asynccontextmanager
    async def under_way(self, owner: str) -> AsyncIterator[None]:
        """Counts a request from its first byte to its answer: each has a connection, and perhaps a file on disk."""
        if self._under_way[owner] >= self._most_under_way:
            raise _busy(f"At most {self._most_under_way} requests at once; these are under way already.")
        self._under_way[owner] += 1
        try:
            yield
        finally:
            self._under_way[owner] -= 1
            if not self._under_way[owner]:
                del self._under_way[owner]

    async def identify(
        self, request: Request, secret: bytes, find: Callable[[], Caller | None], owner_of: Callable[[Caller], str]
    ) -> Caller | None:
        """Looks up who holds a secret, known by its hash; the request is theirs from then on. None if it is nobody's.

        A secret that was of use lately is looked up in its owner's share. Any other counts for the address that it
        comes from, and waits for it: who invents secrets makes nobody else wait.
        """
        owner = self._owners.get(secret)
        if owner is None:
            await self._pace_of(request)
        asking = owner or request.state.owner
        async with self.under_way(asking), self.in_turn(asking):
            caller = await run_in_threadpool(find)
        if caller is None:
            self._owners.pop(secret, None)
            return None
        if owner is None:
            self._pace.give_back(network_of(request))
        request.state.owner = owner_of(caller)
        self._remember(secret, request.state.owner)
        return caller

    async def _pace_of(self, request: Request) -> None:
        if not await self._pace.take(network_of(request), longest=_LONGEST_WAIT_SECONDS):
            raise _busy("Too many requests with unknown keys came from this address.")

    def _remember(self, secret: bytes, owner: str) -> None:
        self._owners.pop(secret, None)
        self._owners[secret] = owner
        if len(self._owners) > _KNOWN_SECRETS:
            del self._owners[next(iter(self._owners))]


def _busy(why: str) -> Problem:
    return Problem(
        ProblemCode.TOO_MANY_REQUESTS, f"{why} Wait for some of them, and ask again.", headers={"Retry-After": "1"}
    )
