"""The door: what happens to every request before its route sees it.

Who asks is found out first, then the address and the size are checked, and only then is the body read; a request that
waits for its caller's bytes holds no place. How callers are found is in `api/dependencies.py` and
`api/portal/session.py`.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.bodies import read_body
from api.bounds import long_text
from api.networks import Pace, network_of
from api.paging import begin_list
from api.problems import TOO_LARGE, Problem, ProblemCode, too_large
from api.turnstile import Turnstile, WaitedTooLong

Caller = TypeVar("Caller")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Look = Callable[[Request], Awaitable[None]]

_KNOWN_SECRETS = 10_000
# What an address may ask with keys that nobody knows: so many at once, and then so many a second.
_UNKNOWN_AT_ONCE, _UNKNOWN_A_SECOND = 200, 50
_LONGEST_WAIT = 5.0
_LOOKS: dict[object, Look] = {}


def looked_at_first(look: Look) -> Callable[[Caller], Caller]:
    """Makes a dependency one that says who asks: `look` finds that out before the body is read."""

    def mark(dependency: Caller) -> Caller:
        _LOOKS[dependency] = look
        return dependency

    return mark


class Door(APIRoute):
    """A route that knows who asks before it reads what they send."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        is_form = self.body_field is None or isinstance(self.body_field.field_info, Form)
        looks = list(dict.fromkeys(_looks_of(self.dependant)))

        async def enter(request: Request) -> Response:
            admission: Admission = request.app.state.admission
            request.state.owner = f"address {network_of(request)}"
            for look in looks:
                await look(request)
            async with admission.under_way(request.state.owner):
                _check(request)
                await read_body(request, is_form=is_form)
                begin_list(request)
                return await handle(request)

        return enter


def _looks_of(dependant: Dependant) -> Iterator[Look]:
    if look := _LOOKS.get(dependant.call):
        yield look
    for each in dependant.dependencies:
        yield from _looks_of(each)


def _check(request: Request) -> None:
    if request.scope.get(TOO_LARGE):
        raise too_large(request.scope["path"])
    if too_long := long_text(request):
        raise too_long


class Admission:
    """Who may come in when: places in turn, and bounds for what one owner may have under way."""

    def __init__(self, turnstile: Turnstile, *, most_under_way: int) -> None:
        self._turnstile, self._most_under_way = turnstile, most_under_way
        self._under_way: Counter[str] = Counter()
        self._owners: dict[bytes, str] = {}  # by the hash of their secrets; the one unseen for longest first
        self._pace = Pace(_UNKNOWN_AT_ONCE, _UNKNOWN_A_SECOND)

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
        if not await self._pace.take(network_of(request), longest=_LONGEST_WAIT):
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
