"""The turnstile: an owner with many requests delays only its own."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack

import pytest

from api.entry.turnstile import Capacity, Turnstile, WaitedTooLong

QUICK = Capacity(places=4, share=2, slow_places=2, slow_after=60, longest_wait=60)


def run(test: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 30))


async def settle() -> None:
    """Lets all tasks run as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


class Crowd:
    """Requests that run until they may leave; `inside` are their names in the order of admission."""

    def __init__(self, capacity: Capacity) -> None:
        self.turnstile = Turnstile(capacity)
        self.inside: list[str] = []
        self._may_leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, *names: str) -> None:
        """`A1` is a request of the owner `A`."""
        for name in names:
            self._may_leave[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._work(name))
        await settle()

    async def _work(self, name: str) -> None:
        async with self.turnstile.place(name[0]):
            self.inside.append(name)
            await self._may_leave[name].wait()
        self.inside.remove(name)

    async def leave(self, *names: str) -> None:
        for name in names:
            self._may_leave[name].set()
        await settle()

    async def cancel(self, *names: str) -> None:
        for name in names:
            self._tasks[name].cancel()
        await asyncio.gather(*(self._tasks[name] for name in names), return_exceptions=True)

    async def end(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


def test_one_owner_never_has_more_than_its_share() -> None:
    async def test() -> None:
        crowd = Crowd(QUICK)
        await crowd.ask("A1", "A2", "A3", "B1")
        assert crowd.inside == ["A1", "A2", "B1"]
        await crowd.leave("A1")
        assert crowd.inside == ["A2", "B1", "A3"]
        await crowd.end()

    run(test())


def test_waiting_owners_take_turns_in_any_order_of_arrival() -> None:
    async def test() -> None:
        crowd = Crowd(Capacity(places=1, share=1, slow_after=60))
        await crowd.ask("A1", "A2", "A3", "A4", "B1", "B2", "C1")
        order = []
        for _ in range(7):
            order.append(crowd.inside[0])
            await crowd.leave(crowd.inside[0])
        assert order == ["A1", "A2", "B1", "C1", "A3", "B2", "A4"]

    run(test())


def test_shares_shrink_when_there_are_many_owners() -> None:
    async def test() -> None:
        crowd = Crowd(QUICK)
        await crowd.ask("A1", "A2", "B1", "C1", "A3", "B2", "C2", "D1")
        assert crowd.inside == ["A1", "A2", "B1", "C1"]
        await crowd.leave("A1")
        assert crowd.inside == ["A2", "B1", "C1", "D1"]
        await crowd.end()

    run(test())


def test_a_slow_request_gives_its_place_to_others_and_still_counts_for_its_owner() -> None:
    async def test() -> None:
        crowd = Crowd(Capacity(places=2, share=2, slow_places=2, slow_after=0.02, longest_wait=60))
        await crowd.ask("A1", "A2", "A3")
        while "B1" not in crowd.inside:
            await asyncio.sleep(0.01)
            if "B1" not in crowd._may_leave:
                await crowd.ask("B1")
        assert crowd.inside == ["A1", "A2", "B1"]
        await crowd.end()

    run(test())


def test_slow_requests_beside_the_others_are_bounded() -> None:
    async def test() -> None:
        crowd = Crowd(Capacity(places=1, share=9, slow_places=2, slow_after=0.01, longest_wait=60))
        await crowd.ask("A1", "B1", "C1", "D1", "E1")
        await asyncio.sleep(0.2)
        assert len(crowd.inside) == 3
        await crowd.leave(crowd.inside[0])
        await asyncio.sleep(0.05)
        assert len(crowd.inside) == 3
        await crowd.end()

    run(test())


def test_a_request_waits_for_a_limited_time() -> None:
    async def test() -> None:
        turnstile = Turnstile(Capacity(places=1, share=1, slow_after=60, longest_wait=0.01))
        async with turnstile.place("A"):
            with pytest.raises(WaitedTooLong):
                async with turnstile.place("A"):
                    pass
        async with turnstile.place("A"):
            pass

    run(test())


def test_a_request_that_gives_up_frees_its_place() -> None:
    async def test() -> None:
        crowd = Crowd(Capacity(places=1, share=1, slow_after=60))
        await crowd.ask("A1", "A2", "B1")
        await crowd.cancel("A2")
        await crowd.leave("A1")
        assert crowd.inside == ["B1"]
        await crowd.ask("C1")
        crowd._may_leave["B1"].set()
        await asyncio.sleep(0)
        await crowd.cancel("C1")
        await settle()
        async with AsyncExitStack() as stack:
            await asyncio.wait_for(stack.enter_async_context(crowd.turnstile.place("D")), 5)

    run(test())
