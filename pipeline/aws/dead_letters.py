"""SQS: the queue where everything ends up that was tried often enough."""

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

_AT_ONCE = 10  # as many as SQS hands out
_ROUNDS = 4
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Held:
    """A dead letter that nobody else sees meanwhile."""

    message_id: str
    letter: DeadLetter
    sent_at: datetime


class DeadLetterQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client, self._url = client, url

    @contextmanager
    def opened(self, *, at_most: int, hidden_seconds: int) -> Iterator["Letters"]:
        """However the block ends, what it did not delete is there again at once, and not after `hidden_seconds`."""
        letters = Letters(self._client, self._url, at_most, hidden_seconds)
        try:
            yield letters
        finally:
            letters.give_back()


class Letters:
    """The letters, each once. Those that somebody else just looks at are waited for, a few seconds at most."""

    def __init__(self, client: "SQSClient", url: str, at_most: int, hidden_seconds: int) -> None:
        self._client, self._url = client, url
        self._at_most, self._hidden_seconds = at_most, hidden_seconds
        self._receipts: dict[str, str] = {}
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[Held]:
        """Before waiting, all are given back: two who hold a part each would otherwise wait for one another."""
        for _ in range(_ROUNDS):
            yield from self._visible()
            if len(self._seen) >= self._at_most or not self._others_hold_some():
                return
            self.give_back()
            time.sleep(random.uniform(0, _PAUSE_SECONDS))  # noqa: S311

    def delete(self, held: Held) -> None:
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=self._receipts[held.message_id])
        del self._receipts[held.message_id]

    def give_back(self) -> None:
        for receipt in self._receipts.values():
            self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=0)
        self._receipts.clear()

    def _visible(self) -> Iterator[Held]:
        while len(self._seen) < self._at_most and (messages := self._receive()):
            self._receipts |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
            new = [message for message in messages if message["MessageId"] not in self._seen]
            for message in new[: self._at_most - len(self._seen)]:
                self._seen.add(message["MessageId"])
                yield _held(message)

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


def _held(message: "MessageTypeDef") -> Held:
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return Held(message["MessageId"], read_dead_letter(message["Body"]), sent_at)
