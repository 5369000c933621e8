"""The simulated queue does what AWS says: see `test_streams.py` for the sources of the sentences."""

import random
from typing import Any

from tests.event_sources.events import FAILED, Clock, item_failures
from tests.event_sources.queues import QueueMapping
from tests.event_sources.settings import QueueSettings


class Queue:
    def __init__(self, *bodies: str, **settings: Any) -> None:
        self.clock, self.dead_letters = Clock(), list[str]()
        chance = random.Random(1)  # noqa: S311
        self.mapping = QueueMapping(QueueSettings(**settings), self.clock, chance, self.dead_letters.append)
        for body in bodies:
            self.mapping.put(body)


def test_a_message_that_failed_is_hidden_until_its_time_is_over() -> None:
    """AWS: "If your function code caused the error, Lambda will stop processing and retrying the invocation. […]
    After your queue's visibility timeout runs out, the message will again reappear in the queue."
    """
    queue = Queue("a", visibility_seconds=30)
    batch = queue.mapping.take()
    assert batch
    queue.mapping.settle(batch, FAILED)
    assert queue.mapping.take() is None
    queue.clock.advance(30)
    again = queue.mapping.take()
    assert again
    assert again.event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_only_reported_messages_come_again() -> None:
    """AWS: "You can configure your event source mapping to make only the failed messages visible again. This is
    called a partial batch response."
    """
    queue = Queue("a", "b", visibility_seconds=1, reports_item_failures=True)
    batch = queue.mapping.take()
    assert batch
    (failed, _) = batch.event["Records"]
    queue.mapping.settle(batch, item_failures(failed["messageId"]))
    queue.clock.advance(1)
    again = queue.mapping.take()
    assert again
    assert [record["body"] for record in again.event["Records"]] == [failed["body"]]


def test_without_partial_responses_the_whole_batch_comes_again() -> None:
    """AWS: "When your Lambda function encounters an error while processing a batch, all messages in that batch become
    visible in the queue again by default, including messages that Lambda processed successfully."
    """
    queue = Queue("a", "b", visibility_seconds=1)
    batch = queue.mapping.take()
    assert batch
    queue.mapping.settle(batch, FAILED)
    queue.clock.advance(1)
    again = queue.mapping.take()
    assert again
    assert len(again.messages) == 2


def test_a_message_that_was_received_too_often_is_set_aside() -> None:
    """AWS: "When the ReceiveCount for a message exceeds the maxReceiveCount for a queue, Amazon SQS moves the message
    to the dead-letter-queue."
    """
    queue = Queue("a", visibility_seconds=1, most_receives=3)
    for _ in range(3):
        batch = queue.mapping.take()
        assert batch
        queue.mapping.settle(batch, FAILED)
        queue.clock.advance(1)
    assert queue.dead_letters == []
    assert queue.mapping.take() is None
    assert queue.dead_letters == ["a"]


def test_a_message_may_come_twice_and_in_any_order() -> None:
    """AWS: "Standard queues support at-least-once message delivery, but […] more than one copy of a message might be
    delivered, and messages may occasionally arrive out of order."
    """
    queue = Queue(*"abcdefgh", batch_size=8)
    batch = queue.mapping.take()
    assert batch
    assert [message.body for message in batch.messages] != list("abcdefgh")
    queue.mapping.settle(batch, None)
    assert queue.mapping.repeat()
    assert queue.mapping.take()


def test_no_more_invocations_run_at_once_than_the_mapping_allows() -> None:
    """AWS: "The maximum concurrency setting limits the number of concurrent instances of the function that an Amazon
    SQS event source can invoke."
    """
    queue = Queue(*"abc", batch_size=1, most_at_once=2)
    assert queue.mapping.take()
    assert queue.mapping.take()
    assert queue.mapping.take() is None
