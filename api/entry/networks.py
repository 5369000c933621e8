"""Networks: which network a request comes from, and how fast one network may continue."""

import asyncio
import time
from ipaddress import IPv6Address, ip_address

from fastapi import Request

_MOST_NETWORKS = 10_000


def network_of(request: Request) -> str:
    """The network at the other end of the connection. Headers are ignored: a caller can write anything into them."""
    return network(request.client.host if request.client else "")


def network(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address; `unknown` if it is neither."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):  # one subscriber has a whole /64, which counts as one network
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


class Pace:
    """Limits how often each network may do something: `at_once` times in a burst, then `a_second`; others wait."""

    def __init__(self, at_once: int, a_second: float) -> None:
        # In seconds: the credit is the head start that a burst gives, a step is what one use costs.
        self._credit, self._step = (at_once - 1) / a_second, 1 / a_second
        self._used_until: dict[str, float] = {}  # by network: when its credit is full again; the oldest entry first

    async def take(self, name: str, *, longest: float) -> bool:
        """Waits until the network may continue. Returns False at once if that takes more than `longest` seconds."""
        now = time.monotonic()
        used_until = max(self._used_until.pop(name, now), now)
        wait = used_until - now - self._credit
        if wait > longest:
            self._used_until[name] = used_until
            return False
        self._used_until[name] = used_until + self._step
        if len(self._used_until) > _MOST_NETWORKS:
            del self._used_until[next(iter(self._used_until))]
        if wait > 0:
            await asyncio.sleep(wait)
        return True

    def give_back(self, name: str) -> None:
        """Undoes one `take` that should not count."""
        if name in self._used_until:
            self._used_until[name] -= self._step
