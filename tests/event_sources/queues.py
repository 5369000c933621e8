"""A standard queue of Amazon SQS, and Lambda's mapping of it: visibility, receive counts, dead letters."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from tests.event_sources.events import Answer, Clock, Event, Failed
from tests.event_sources.settings import QueueSettings


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
        self._batches_in_flight = 0

    def put(self, body: str) -> None:
        message_id = str(UUID(int=self._chance.getrandbits(128)))
        self._messages.append(Message(message_id, body, self._clock.now))

    def take(self) -> QueueBatch | None:
        """Some of the visible messages, in any order; None if there are none, or too many batches are in flight."""
        if self._batches_in_flight == self._settings.most_at_once:
            return None
        self._move_dead_letters()
        visible = [message for message in self._messages if self._is_visible(message)]
        if not visible:
            return None
        messages = self._chance.sample(visible, min(len(visible), self._settings.batch_size))
        for message in messages:
            self._receive(message)
        self._batches_in_flight += 1
        return QueueBatch(messages)

    def settle(self, batch: QueueBatch, answer: Answer) -> None:
        """Deletes messages that succeeded. The others become visible again after their timeout."""
        failures = self._failures(batch, answer)
        for message in batch.messages:
            message.is_in_flight = False
            message.is_deleted = message.message_id not in failures
        self._batches_in_flight -= 1

    def repeat(self) -> bool:
        """Delivers a deleted message again. Returns False if there is none."""
        deleted = [message for message in self._messages if message.is_deleted]
        if not deleted:
            return False
        message = self._chance.choice(deleted)
        message.is_deleted, message.visible_at = False, self._clock.now
        return True

    def _receive(self, message: Message) -> None:
        message.receives += 1
        message.is_in_flight = True
        message.visible_at = self._clock.now + self._settings.visibility_seconds

    def _is_visible(self, message: Message) -> bool:
        return not (message.is_deleted or message.is_in_flight) and message.visible_at <= self._clock.now

    def _move_dead_letters(self) -> None:
        for message in self._messages:
            if self._is_visible(message) and message.receives >= self._settings.most_receives:
                message.is_deleted, message.receives = True, 0
                self._dead_letters(message.body)

    def _failures(self, batch: QueueBatch, answer: Answer) -> set[object]:
        """The ids of the failed messages; all of the batch if the response has an unknown id."""
        everything: set[object] = {message.message_id for message in batch.messages}
        if isinstance(answer, Failed):
            return everything
        if not self._settings.reports_item_failures:
            return set()
        identifiers = {failure.get("itemIdentifier") for failure in (answer or {}).get("batchItemFailures") or []}
        return identifiers if identifiers <= everything else everything
