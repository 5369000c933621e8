"""Proxies that lose calls: a request that never arrives, an answer that is lost after the work is done, a request that
arrives twice. They know enough of a protocol to tell calls apart, and the services behind them are real.

A rule decides about each call.
"""

import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum


class Fate(Enum):
    """What happens to a call."""

    PASS = "passed"
    CUT_BEFORE = "request lost"
    CUT_AFTER = "answer lost"
    TORN = "answer torn"
    TWICE = "sent twice"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `aws BatchWriteItem`, `sql COMMIT`."""

    kind: str
    name: str
    body: bytes = field(repr=False, default=b"")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


Rule = Callable[[Call], "Fate | Answer"]
"""Decides about a call. An `Answer` replaces that of the service."""


def passing(call: Call) -> Fate:
    return Fate.PASS


class Wire:
    """What both proxies share: the rule, the log of faults, and the port."""

    port: int

    def __init__(self, upstream_port: int) -> None:
        self.upstream_port = upstream_port
        self.rule: Rule = passing
        self.on_cut: Callable[[Call], None] = lambda call: None
        self.fired: Counter[tuple[str, str]] = Counter()
        self._counting = threading.Lock()

    def decide(self, call: Call) -> "Fate | Answer":
        decided = self.rule(call)
        if decided is not Fate.PASS:
            with self._counting:
                fate = decided.value if isinstance(decided, Fate) else "answered otherwise"
                self.fired[call.name, fate] += 1
        return decided


def answer_of(status: int, content: object = None) -> Answer:
    """An answer in JSON, or one without content."""
    text = b"" if content is None else json.dumps(content).encode()
    kind = [] if content is None else [("Content-Type", "application/x-amz-json-1.0")]
    return Answer(status, [*kind, ("Content-Length", str(len(text)))], text)


def reset(connection: socket.socket) -> None:
    """Ends a connection with a reset, as if the other machine had died."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
