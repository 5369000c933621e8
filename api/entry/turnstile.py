"""The turnstile: requests run in turn, so that an owner with many requests delays only its own.

Every request belongs to an owner: a vendor, a support agent or an address. Each owner has a share of the places, and
waiting owners are admitted round-robin. A slow request gives up its place and continues beside the others, but still
counts in its owner's share.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


class WaitedTooLong(Exception):
    """Raised when a request's turn does not come in time: its owner has too many others in progress."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many requests run at once, and how many of them one owner may have."""

    places: int = 12
    share: int = 4
    """The most places of one owner; fewer when there are many owners."""
    slow_places: int = 12
    """How many slow requests may run beside the others."""
    slow_after: float = 0.25
    """Seconds after which a request is slow."""
    longest_wait: float = 15
    """The most seconds that a request waits for its turn."""


@dataclass(slots=True, eq=False)
class _Place:
    """What one request holds while it runs."""

    owner: str
    is_slow: bool = False
    timer: asyncio.TimerHandle | None = None


class Turnstile:
    """Admits requests. It belongs to one event loop and needs no lock."""

    def __init__(self, capacity: Capacity | None = None) -> None:
        self._capacity = capacity or Capacity()
        self._busy = self._slow = 0
        self._working: Counter[str] = Counter()
        # The waiting owners, the next one first.
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def place(self, owner: str) -> AsyncIterator[None]:
        """Waits for the owner's turn and holds a place for the length of the block. Raises WaitedTooLong."""
        await self._wait(owner)
        place = _Place(owner)
        self._watch(place)
        try:
            yield
        finally:
            self._leave(place)

    async def _wait(self, owner: str) -> None:
        if owner not in self._lines and self._has_room_for(owner):
            self._admit(owner)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(owner, deque()).append(turn)
        try:
            async with asyncio.timeout(self._capacity.longest_wait):
                await turn
        except BaseException as error:  # a cancelled request leaves its line too
            self._stop_waiting(owner, turn)
            if isinstance(error, TimeoutError):
                raise WaitedTooLong from None
            raise

    def _stop_waiting(self, owner: str, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():  # admitted at the moment when it gave up
            self._leave(_Place(owner))
            return
        self._lines[owner].remove(turn)
        if not self._lines[owner]:
            del self._lines[owner]

    def _has_room_for(self, owner: str) -> bool:
        owners = len(self._working.keys() | self._lines.keys() | {owner})
        # With many owners the share shrinks, so that more of them get a place.
        share = max(1, min(self._capacity.share, self._capacity.places // owners))
        return self._busy < self._capacity.places and self._working[owner] < share

    def _admit(self, owner: str) -> None:
        self._busy += 1
        self._working[owner] += 1

    def _admit_waiting(self) -> None:
        while owner := next((each for each in self._lines if self._has_room_for(each)), None):
            line = self._lines[owner]
            turn = line.popleft()
            if line:
                self._lines.move_to_end(owner)
            else:
                del self._lines[owner]
            if not turn.cancelled():
                self._admit(owner)
                turn.set_result(None)

    def _watch(self, place: _Place) -> None:
        loop = asyncio.get_running_loop()
        place.timer = loop.call_later(self._capacity.slow_after, self._set_aside, place)

    def _set_aside(self, place: _Place) -> None:
        """Gives a slow request's place to the others; if too many are slow, checks again later."""
        if self._slow >= self._capacity.slow_places:
            self._watch(place)
            return
        place.is_slow = True
        self._slow += 1
        self._busy -= 1
        self._admit_waiting()

    def _leave(self, place: _Place) -> None:
        if place.timer:
            place.timer.cancel()
        if place.is_slow:
            self._slow -= 1
        else:
            self._busy -= 1
        self._working[place.owner] -= 1
        if not self._working[place.owner]:
            del self._working[place.owner]
        self._admit_waiting()
