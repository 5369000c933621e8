"""The simulated asynchronous invocations do what AWS says: see `test_streams.py` for the sources of the sentences."""

import random
from typing import Any

from tests.event_sources.async_calls import AsyncInvocations
from tests.event_sources.bucket import object_created
from tests.event_sources.events import FAILED, Clock, Event
from tests.event_sources.settings import AsyncSettings


def invocations(*names: str, **settings: Any) -> tuple[AsyncInvocations, Clock, list[Event]]:
    """A function's queue of events, its clock, and what was discarded."""
    clock, discarded = Clock(), list[Event]()
    chance = random.Random(1)  # noqa: S311
    queue = AsyncInvocations(AsyncSettings(**settings), clock, chance, discarded.append)
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
        if invocation := queue.take():
            tried_at.append(second)
            queue.settle(invocation, FAILED)
        clock.advance(1)
    assert tried_at == [0, 60, 180]
    assert len(discarded) == 1


def test_the_document_of_a_discarded_event_has_the_event_in_it() -> None:
    """AWS: "The invocation record contains details about the request and response in JSON format." Its example has
    the fields below, among them requestPayload, and the condition RetriesExhausted.
    """
    queue, _, discarded = invocations("a", most_retries=0)
    invocation = queue.take()
    assert invocation
    queue.settle(invocation, FAILED)
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
    invocation = queue.take()
    assert invocation
    queue.settle(invocation, None)
    assert queue.repeat()
    again = queue.take()
    assert again
    assert again.event == invocation.event


def test_a_buckets_events_come_in_any_order() -> None:
    """AWS: "Amazon S3 Event Notifications is designed to deliver notifications at least once, but they aren't
    guaranteed to arrive in the same order that the events occurred."
    """
    queue, _, _ = invocations(*"abcdef")
    order = [invocation.event["name"] for _ in range(6) if (invocation := queue.take())]
    assert sorted(order) == list("abcdef") != order


def test_a_buckets_event_names_the_key_encoded_and_the_version() -> None:
    """AWS: "The s3 key provides information about the bucket and object involved in the event. The object key name
    value is URL encoded. For example, "red flower.jpg" becomes "red+flower.jpg"."
    """
    event = object_created(bucket="b", key="uploads/V/red flower +50%é.csv", version_id="v7", size=3)
    (record,) = event["Records"]
    assert record["s3"]["object"]["key"] == "uploads/V/red+flower+%2B50%25%C3%A9.csv"
    assert (record["s3"]["object"]["versionId"], record["s3"]["object"]["size"]) == ("v7", 3)
