"""What all event sources share: virtual time, events, and the answers of functions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Event = dict[str, Any]


class Clock:
    """Virtual time, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised, timed out or died, so there is no answer."""


Answer = Event | None | Failed
FAILED = Failed()


def item_failures(*identifiers: str | None) -> Event:
    """A partial batch response: only these records or messages failed."""
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


def timestamp(seconds: float) -> str:
    """Virtual seconds as AWS writes times."""
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
