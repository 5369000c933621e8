"""Admission: gives requests places in turn, limits the requests of each owner, and identifies holders of secrets."""

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

_MAX_SECRETS = 10_000
# Requests with unknown keys from one network: a burst, then this many a second.
_UNKNOWN_BURST, _UNKNOWN_PER_SECOND = 200, 50
_LONGEST_WAIT_SECONDS = 5.0


class Admission:
    """Decides when a request may run. It belongs to one event loop and needs no lock."""

    def __init__(self, turnstile: Turnstile, *, most_under_way: int) -> None:
        self._turnstile, self._most_under_way = turnstile, most_under_way
        self._under_way: Counter[str] = Counter()
        self._owners: dict[bytes, str] = {}  # by hash of a secret; the least recently used first
        self._pace = Pace(_UNKNOWN_BURST, _UNKNOWN_PER_SECOND)

    @asynccontextmanager
    async def in_turn(self, owner: str) -> AsyncIterator[None]:
        """Holds a place for the block. Raises TOO_MANY_REQUESTS if the owner's turn does not come in time."""
        try:
            async with self._turnstile.place(owner):
                yield
        except WaitedTooLong:
            raise _busy("Too many of your other requests are in progress.") from None

    @asynccontextmanager
    async def under_way(self, owner: str) -> AsyncIterator[None]:
        """Counts a request from its first byte to its answer. Raises TOO_MANY_REQUESTS if the owner has too many.

        Requests without a place count too: each has a connection, and perhaps a file on disk.
        """
        if self._under_way[owner] >= self._most_under_way:
            raise _busy(f"At most {self._most_under_way} requests may be in progress at once.")
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
        """Finds the caller who holds a secret, given as its hash, and makes the request theirs; None if there is none.

        A secret that worked recently is looked up in its owner's share. Any other is looked up in the share and at the
        pace of its network, so that guessing secrets delays nobody else.
        """
        owner = self._owners.get(secret)
        if owner is None:
            await self._pace_of(request)
        share = owner or request.state.owner
        async with self.under_way(share), self.in_turn(share):
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
        if len(self._owners) > _MAX_SECRETS:
            del self._owners[next(iter(self._owners))]  # a dict keeps the order of insertion: the first is the oldest


def _busy(why: str) -> Problem:
    return Problem(
        ProblemCode.TOO_MANY_REQUESTS,
        f"{why} Wait for some of them to end, then try again.",
        headers={"Retry-After": "1"},
    )
