"""A simulator of Lambda's mapping of a standard queue, and of the queue: hiding, counting, setting aside."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.reliability.event_mapping import Answer, Clock, Event, Failed
from tests.reliability.mapping_settings import QueueSettings


@dataclass(slots=True)
class Message:
    message_id: str
    body: str
    visible_at: float
    receives: int = 0
    is_in_flight: bool = False
    is_deleted: bool = False

    @property
    def record(self) -> Event:
        return {
            "messageId": self.message_id,
            "receiptHandle": f"{self.message_id}-{self.receives}",
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.receives)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "awsRegion": "us-east-1",
        }


@dataclass(slots=True)
class QueueBatch:
    messages: list[Message]

    @property
    def event(self) -> Event:
        return {"Records": [message.record for message in self.messages]}


class QueueMapping:
    """A queue and its function; `dead_letters` gets the bodies of messages that were received too often."""

    def __init__(
        self, settings: QueueSettings, clock: Clock, chance: random.Random, dead_letters: Callable[[str], None]
    ) -> None:
        self._settings, self._clock, self._chance, self._dead_letters = settings, clock, chance, dead_letters
        self._messages: list[Message] = []
        self._at_work = 0

    def put(self, body: str) -> None:
        message_id = str(UUID(int=self._chance.getrandbits(128)))
        self._messages.append(Message(message_id, body, self._clock.now))

    def take(self) -> QueueBatch | None:
        """Some of the visible messages, in whatever order; None if there are none, or too many at work already."""
        if self._at_work == self._settings.most_at_once:
            return None
        self._set_aside_what_was_received_too_often()
        visible = [message for message in self._messages if self._is_visible(message)]
        if not visible:
            return None
        taken = self._chance.sample(visible, min(len(visible), self._settings.batch_size))
        for message in taken:
            message.receives += 1
            message.is_in_flight = True
            message.visible_at = self._clock.now + self._settings.visibility_seconds
        self._at_work += 1
        return QueueBatch(taken)

    def settle(self, batch: QueueBatch, answer: Answer) -> None:
        """Deletes what is done; the rest shows itself again when its time of hiding is over."""
        failed = self._failed(batch, answer)
        for message in batch.messages:
            message.is_in_flight = False
            message.is_deleted = message.message_id not in failed
        self._at_work -= 1

    def repeat(self) -> bool:
        """A copy of a message that was deleted is delivered once more."""
        deleted = [message for message in self._messages if message.is_deleted]
        if not deleted:
            return False
        message = self._chance.choice(deleted)
        message.is_deleted, message.visible_at = False, self._clock.now
        return True

    def _is_visible(self, message: Message) -> bool:
        return not (message.is_deleted or message.is_in_flight) and message.visible_at <= self._clock.now

    def _set_aside_what_was_received_too_often(self) -> None:
        for message in self._messages:
            if self._is_visible(message) and message.receives >= self._settings.most_receives:
                message.is_deleted, message.receives = True, 0
                self._dead_letters(message.body)

    def _failed(self, batch: QueueBatch, answer: Answer) -> set[str]:
        everything = {message.message_id for message in batch.messages}
        if isinstance(answer, Failed):
            return everything
        failures: list[dict[str, Any]] = []
        if self._settings.reports_item_failures:
            failures = (answer or {}).get("batchItemFailures") or []
        named = {failure.get("itemIdentifier") for failure in failures}
        return named if named <= everything else everything  # type: ignore[return-value]
