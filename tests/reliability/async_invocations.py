"""A simulator of asynchronous calls of a function: those of a bucket's notifications, and those of our own code."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_plus
from uuid import UUID

from tests.reliability.event_mapping import Answer, Clock, Event, Failed, as_time
from tests.reliability.mapping_settings import AsyncSettings

WAITS = (60.0, 120.0)  # seconds before the second try, and before the third


@dataclass(slots=True)
class Invocation:
    event: Event
    due_at: float
    attempts: int = 0


class AsyncInvocations:
    """The function's own queue of events."""

    def __init__(
        self, settings: AsyncSettings, clock: Clock, chance: random.Random, on_failure: Callable[[Event], None]
    ) -> None:
        self._settings, self._clock, self._chance, self._on_failure = settings, clock, chance, on_failure
        self._waiting: list[Invocation] = []
        self._done: list[Invocation] = []

    def put(self, event: Event) -> None:
        self._waiting.append(Invocation(event, self._clock.now))

    def take(self) -> Invocation | None:
        """Any event whose time has come: their order is not kept."""
        due = [invocation for invocation in self._waiting if invocation.due_at <= self._clock.now]
        if not due:
            return None
        taken = self._chance.choice(due)
        self._waiting.remove(taken)
        return taken

    def settle(self, invocation: Invocation, answer: Answer) -> None:
        if not isinstance(answer, Failed):
            self._done.append(invocation)
        elif invocation.attempts == self._settings.most_retries:
            self._on_failure(self._document(invocation))
        else:
            due_at = self._clock.now + WAITS[invocation.attempts]
            self._waiting.append(Invocation(invocation.event, due_at, invocation.attempts + 1))

    def repeat(self) -> bool:
        """The function receives an event once more that it has done already."""
        if not self._done:
            return False
        self.put(self._chance.choice(self._done).event)
        return True

    def forget(self) -> None:
        """What waits is lost, as over a stop of the embedded services."""
        self._waiting.clear()

    def _document(self, invocation: Invocation) -> Event:
        """What AWS sends to an on-failure destination: unlike that of a stream, with the event itself."""
        return {
            "version": "1.0",
            "timestamp": as_time(self._clock.now),
            "requestContext": {
                "requestId": str(UUID(int=self._chance.getrandbits(128))),
                "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:csv-parser:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": invocation.attempts + 1,
            },
            "requestPayload": invocation.event,
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": "", "errorType": "Died"},
        }


def object_created(*, bucket: str, key: str, version_id: str, size: int, now: float = 0.0) -> Event:
    """What a bucket tells of a new object; keys are encoded as in a form."""
    stored = {"key": quote_plus(key, safe="/"), "size": size, "versionId": version_id, "eTag": "", "sequencer": "0"}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": as_time(now),
        "eventName": "ObjectCreated:Put",
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": stored},
    }
    return {"Records": [record]}
