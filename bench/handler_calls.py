"""Calls a handler as Lambda does and measures it, in a process of its own that imports no more than needed."""

import importlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

from bench.memory import peak_bytes

Event = dict[str, Any]
Handler = Callable[[Event, Any], object]


class UnlimitedTime:
    """A Lambda context that never runs out of time."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class Meter:
    """Adds up what calls of a handler take, including the processor time of PostgreSQL's processes."""

    def __init__(self, handler: str, postmaster: int) -> None:
        module, name = handler.split(":")
        self._handler: Handler = getattr(importlib.import_module(module), name)
        self._postmaster = psutil.Process(postmaster)
        self.reset()

    def reset(self) -> None:
        """Starts counting; what was before was warm-up."""
        self._processor = self._wall = 0.0
        self._postgres = _postgres_seconds(self._postmaster)
        self._calls = _aws_calls()

    def call(self, event: Event) -> None:
        processor, wall = time.process_time(), time.perf_counter()
        self._handler(event, UnlimitedTime())
        self._processor += time.process_time() - processor
        self._wall += time.perf_counter() - wall

    def figures(self, rows: int) -> dict[str, Any]:
        """Microseconds and calls per row."""
        seconds = {
            "processor_us": self._processor,
            "wall_us": self._wall,
            "postgres_us": _postgres_seconds(self._postmaster) - self._postgres,
        }
        return {name: value / rows * 1e6 for name, value in seconds.items()} | {
            "peak_bytes": peak_bytes(),
            "calls": {name: count / rows for name, count in (_aws_calls() - self._calls).items()},
        }


def parse(handler: str, postmaster: int, warm: Event, event: Event, rows: int) -> dict[str, Any]:
    meter = Meter(handler, postmaster)
    meter.call(warm)
    meter.reset()
    meter.call(event)
    return meter.figures(rows)


def validate(handler: str, postmaster: int, bodies: str, batch: int, warm_rows: int, rows: int) -> dict[str, Any]:
    """`bodies` has the BatchWriteItem requests of a parser, one per line. The first items are for warm-up."""
    meter = Meter(handler, postmaster)
    items = _items(Path(bodies))
    for text in _events(islice(items, warm_rows), batch):
        meter.call(json.loads(text))
    meter.reset()
    decoding = 0.0
    for text in _events(items, batch):
        begin = time.process_time()
        event = json.loads(text)
        decoding += time.process_time() - begin
        meter.call(event)
    return meter.figures(rows) | {"decoding_us": decoding / rows * 1e6}


def _items(bodies: Path) -> Iterator[Event]:
    with bodies.open(encoding="utf-8") as lines:
        for line in lines:
            yield from items_in(line)


def items_in(body: str) -> list[Event]:
    """The items of one BatchWriteItem request."""
    (requests,) = json.loads(body)["RequestItems"].values()
    return [request["PutRequest"]["Item"] for request in requests]


def _events(items: Iterator[Event], batch: int) -> Iterator[str]:
    """Stream events as JSON, as Lambda receives them."""
    while chunk := list(islice(items, batch)):
        yield json.dumps({"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": item}} for item in chunk]})


def _postgres_seconds(server: psutil.Process) -> float:
    """Processor time of the server and all its processes, including those that have ended."""
    while True:
        own = server.cpu_times()
        try:
            times = [own, *(child.cpu_times() for child in server.children())]
        except psutil.NoSuchProcess:  # one has just ended; on the next round its time is part of the server's
            if not server.is_running():
                raise
        else:
            return float(own.children_user + own.children_system + sum(each.user + each.system for each in times))


def _aws_calls() -> Counter[str]:
    with urlopen(os.environ["AWS_ENDPOINT_URL"] + "/counts") as answer:  # noqa: S310
        return Counter(json.load(answer)["calls"])
