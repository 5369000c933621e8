"""Lines that can be cut: proxies that know enough of a protocol to tell calls apart.

Whoever is called through one is the real thing, and so is what is lost: a request that never arrives, an answer that
never comes back although its work is done, a request that arrives twice. A rule decides it call by call.
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
    """What becomes of a call."""

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
    """An HTTP answer, whole."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


Rule = Callable[[Call], "Fate | Answer"]
"""Decides a call; an `Answer` is given in place of the service's own."""


def passing(call: Call) -> Fate:
    return Fate.PASS


class Wire:
    """What both lines have in common: the rule, the log of what was done to calls, and where it listens."""

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
    """Ends a connection as a dead machine's network does: with a reset, not a farewell."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
