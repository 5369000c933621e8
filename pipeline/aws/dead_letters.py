"""SQS: the dead-letter queue, where messages and events end that failed as often as they may."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.domain.dead_letters import DeadLetter, read_dead_letter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_AT_ONCE = 10  # the limit of ReceiveMessage
_ROUNDS = 4
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """A dead letter that is hidden from other readers for now."""

    message_id: str
    letter: DeadLetter
    sent_at: datetime


class DeadLetterQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client, self._url = client, url

    @contextmanager
    def receive(self, *, at_most: int, hidden_seconds: int) -> Iterator["Letters"]:
        """Hides the letters from other readers. Those that the block does not delete are visible again after it.

        If the process dies in the block, they are visible after `hidden_seconds`.
        """
        letters = Letters(self._client, self._url, at_most, hidden_seconds)
        try:
            yield letters
        finally:
            letters.give_back()


class Letters:
    """Iterates over the letters, each once. Waits a few seconds for those that another reader is looking at."""

    def __init__(self, client: "SQSClient", url: str, at_most: int, hidden_seconds: int) -> None:
        self._client, self._url = client, url
        self._at_most, self._hidden_seconds = at_most, hidden_seconds
        self._receipts: dict[str, str] = {}
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[ReceivedLetter]:
        # All letters are given back before waiting: two readers that each hold some would wait for one another.
        for _ in range(_ROUNDS):
            yield from self._visible()
            if len(self._seen) >= self._at_most or not self._others_hold_some():
                return
            self.give_back()
            time.sleep(random.uniform(0, _PAUSE_SECONDS))  # noqa: S311

    def delete(self, letter: ReceivedLetter) -> None:
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=self._receipts[letter.message_id])
        del self._receipts[letter.message_id]

    def give_back(self) -> None:
        for receipt in self._receipts.values():
            self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=0)
        self._receipts.clear()

    def _visible(self) -> Iterator[ReceivedLetter]:
        while len(self._seen) < self._at_most and (messages := self._receive()):
            self._receipts |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
            new = [message for message in messages if message["MessageId"] not in self._seen]
            for message in new[: self._at_most - len(self._seen)]:
                self._seen.add(message["MessageId"])
                yield _received_letter(message)

    def _receive(self) -> "list[MessageTypeDef]":
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=_AT_ONCE,
            VisibilityTimeout=self._hidden_seconds,
            MessageSystemAttributeNames=["SentTimestamp"],
            WaitTimeSeconds=1,
        )
        return answer.get("Messages", [])

    def _others_hold_some(self) -> bool:
        answer = self._client.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessagesNotVisible"]) > len(self._receipts)


def _received_letter(message: "MessageTypeDef") -> ReceivedLetter:
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return ReceivedLetter(message["MessageId"], read_dead_letter(message["Body"]), sent_at)
