"""The simulator's queues and asynchronous calls do what AWS says: see `test_stream_mapping.py` for the sentences."""

from typing import Any

from tests.reliability.async_invocations import AsyncInvocations, object_created
from tests.reliability.event_mapping import Clock, Event
from tests.reliability.mapping_settings import AsyncSettings, QueueSettings
from tests.reliability.mapping_words import FAILED, failures, seeded
from tests.reliability.queue_mapping import QueueMapping


class Queue:
    def __init__(self, *bodies: str, **settings: Any) -> None:
        self.clock, self.dead = Clock(), list[str]()
        self.mapping = QueueMapping(QueueSettings(**settings), self.clock, seeded(1), self.dead.append)
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
    queue.mapping.settle(batch, failures(failed["messageId"]))
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
    assert queue.dead == []
    assert queue.mapping.take() is None
    assert queue.dead == ["a"]


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


def invocations(*names: str, **settings: Any) -> tuple[AsyncInvocations, Clock, list[Event]]:
    """A function's queue of events, its clock, and what was discarded."""
    clock, discarded = Clock(), list[Event]()
    queue = AsyncInvocations(AsyncSettings(**settings), clock, seeded(1), discarded.append)
    for name in names:
        queue.put({"name": name})
    return queue, clock, discarded


def test_an_asynchronous_call_is_tried_two_more_times() -> None:
    """AWS: "If the function returns an error, by default Lambda attempts to run it two more times, with a one-minute
    wait between the first two attempts, and two minutes between the second and third attempts. […] When an event
    expires or fails all processing attempts, Lambda discards it."
    """
    queue, clock, discarded = invocations("a")
    tried_at = []
    for second in range(1_000):
        if taken := queue.take():
            tried_at.append(second)
            queue.settle(taken, FAILED)
        clock.advance(1)
    assert tried_at == [0, 60, 180]
    assert len(discarded) == 1


def test_the_document_of_a_discarded_event_has_the_event_in_it() -> None:
    """AWS: "The invocation record contains details about the request and response in JSON format." Its example has
    the fields below, among them requestPayload, and the condition RetriesExhausted.
    """
    queue, _, discarded = invocations("a", most_retries=0)
    taken = queue.take()
    assert taken
    queue.settle(taken, FAILED)
    (document,) = discarded
    assert document.keys() == {
        "version", "timestamp", "requestContext", "requestPayload", "responseContext", "responsePayload"
    }  # fmt: skip
    assert (document["requestPayload"], document["requestContext"]["condition"]) == ({"name": "a"}, "RetriesExhausted")


def test_an_event_may_come_twice_though_it_was_done() -> None:
    """AWS: "Even if your function doesn't return an error, it's possible for it to receive the same event from Lambda
    multiple times because the queue itself is eventually consistent."
    """
    queue, _, _ = invocations("a")
    taken = queue.take()
    assert taken
    queue.settle(taken, None)
    assert queue.repeat()
    again = queue.take()
    assert again
    assert again.event == taken.event


def test_a_buckets_events_come_in_any_order() -> None:
    """AWS: "Amazon S3 Event Notifications is designed to deliver notifications at least once, but they aren't
    guaranteed to arrive in the same order that the events occurred."
    """
    queue, _, _ = invocations(*"abcdef")
    order = [taken.event["name"] for _ in range(6) if (taken := queue.take())]
    assert sorted(order) == list("abcdef") != order


def test_a_buckets_event_names_the_key_encoded_and_the_version() -> None:
    """AWS: "The s3 key provides information about the bucket and object involved in the event. The object key name
    value is URL encoded. For example, "red flower.jpg" becomes "red+flower.jpg"."
    """
    event = object_created(bucket="b", key="uploads/V/red flower +50%é.csv", version_id="v7", size=3)
    (record,) = event["Records"]
    assert record["s3"]["object"]["key"] == "uploads/V/red+flower+%2B50%25%C3%A9.csv"
    assert (record["s3"]["object"]["versionId"], record["s3"]["object"]["size"]) == ("v7", 3)
