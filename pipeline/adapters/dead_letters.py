"""SQS: the queue where everything ends up that was tried often enough."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.domain.dead_letters import DeadLetter, read_dead_letter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_AT_ONCE = 10  # as many as SQS hands out


@dataclass(frozen=True, slots=True)
class Held:
    """A dead letter that nobody else sees for a while; `receipt` deletes it."""

    letter: DeadLetter
    sent_at: datetime
    receipt: str


class DeadLetterQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client, self._url = client, url

    def take(self, *, at_most: int, hidden_seconds: int) -> Iterator[Held]:
        """Letters, each once, until there are no more; whoever does not delete one finds it again after a while."""
        taken = 0
        while taken < at_most:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(_AT_ONCE, at_most - taken),
                VisibilityTimeout=hidden_seconds,
                MessageSystemAttributeNames=["SentTimestamp"],
                WaitTimeSeconds=1,
            )
            held = [_held(message) for message in answer.get("Messages", [])]
            if not held:
                return
            taken += len(held)
            yield from held

    def delete(self, held: Held) -> None:
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=held.receipt)


def _held(message: "MessageTypeDef") -> Held:
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return Held(read_dead_letter(message["Body"]), sent_at, message["ReceiptHandle"])
