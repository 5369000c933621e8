"""Asynchronous invocations of a function, by the notifications of a bucket and by our own code."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from tests.event_sources.events import Answer, Clock, Event, Failed
from tests.event_sources.on_failure import event_document
from tests.event_sources.settings import AsyncSettings

WAITS = (60.0, 120.0)  # seconds before the second attempt, and before the third


@dataclass(slots=True)
class Invocation:
    event: Event
    due_at: float
    attempts: int = 0


class AsyncInvocations:
    """The queue of events that Lambda keeps for a function; `on_failure` gets the documents of discarded events."""

    def __init__(
        self, settings: AsyncSettings, clock: Clock, chance: random.Random, on_failure: Callable[[Event], None]
    ) -> None:
        self._settings, self._clock, self._chance, self._on_failure = settings, clock, chance, on_failure
        self._waiting: list[Invocation] = []
        self._done: list[Invocation] = []

    def put(self, event: Event) -> None:
        self._waiting.append(Invocation(event, self._clock.now))

    def take(self) -> Invocation | None:
        """Any event that is due, in no particular order, or None."""
        due = [invocation for invocation in self._waiting if invocation.due_at <= self._clock.now]
        if not due:
            return None
        invocation = self._chance.choice(due)
        self._waiting.remove(invocation)
        return invocation

    def settle(self, invocation: Invocation, answer: Answer) -> None:
        """Removes an event that succeeded. One that failed is due again until its retries are used up."""
        if not isinstance(answer, Failed):
            self._done.append(invocation)
        elif invocation.attempts == self._settings.most_retries:
            self._on_failure(self._document(invocation))
        else:
            due_at = self._clock.now + WAITS[invocation.attempts]
            self._waiting.append(Invocation(invocation.event, due_at, invocation.attempts + 1))

    def repeat(self) -> bool:
        """Delivers an event again that has succeeded. Returns False if there is none."""
        if not self._done:
            return False
        self.put(self._chance.choice(self._done).event)
        return True

    def forget(self) -> None:
        """Loses waiting events, as a restart of the embedded services does."""
        self._waiting.clear()

    def _document(self, invocation: Invocation) -> Event:
        return event_document(
            request_id=UUID(int=self._chance.getrandbits(128)),
            invocations=invocation.attempts + 1,
            now=self._clock.now,
            event=invocation.event,
        )
