"""The simulator's streams do what AWS says: each test quotes the sentence that it holds the simulator to.

The sentences are from the AWS Lambda and Amazon SQS developer guides and the Amazon S3 user guide, November 2026.
"""

import random
from typing import Any

import pytest

from tests.event_sources.events import FAILED, Clock, Event, item_failures
from tests.event_sources.settings import StreamSettings, deployed
from tests.event_sources.streams import Batch, StreamMapping


def change(upload_id: str, row: int, *, name: str = "INSERT", status: str = "pending_validation") -> Event:
    keys = {"record_id": {"S": f"REC_{row:05d}"}, "upload_id": {"S": upload_id}}
    return {"eventName": name, "dynamodb": {"Keys": keys, "NewImage": {**keys, "status": {"S": status}}}}


class Stream:
    """A mapping with records in it, and what it discarded."""

    def __init__(self, *, seed: int = 1, shards: int = 1, **settings: Any) -> None:
        self.clock, self.discarded = Clock(), list[Event]()
        chance = random.Random(seed)  # noqa: S311
        self.mapping = StreamMapping(
            StreamSettings(**settings), self.clock, chance, self.discarded.append, shards=shards
        )

    def put(self, *rows: int, upload_id: str = "U") -> None:
        for row in rows:
            self.mapping.put(change(upload_id, row))

    def take(self) -> Batch:
        batch = self.mapping.take()
        assert batch
        return batch

    def sizes(self, answer: Any) -> list[int]:
        """The sizes of all batches when every one is settled in the same way."""
        sizes = []
        while batch := self.mapping.take():
            sizes.append(len(batch.records))
            self.mapping.settle(batch, answer)
        return sizes


def rows_of(batch: Batch) -> list[int]:
    return [int(record.item[-5:]) for record in batch.records]


def test_a_batch_has_at_most_its_size_and_comes_in_order() -> None:
    """BatchSize: "The maximum number of records in each batch that Lambda pulls from your stream or queue and sends
    to your function." "By default, Lambda invokes a function with one batch of data records from one shard at a time."
    """
    stream = Stream(batch_size=3)
    stream.put(*range(1, 8))
    first = stream.take()
    assert rows_of(first) == [1, 2, 3]
    assert stream.mapping.take() is None
    stream.mapping.settle(first, None)
    assert rows_of(stream.take()) == [4, 5, 6]


def test_up_to_ten_batches_of_a_shard_run_at_once_and_each_item_keeps_its_order() -> None:
    """AWS: "Lambda can process up to 10 batches in each shard simultaneously. If you increase the number of
    concurrent batches per shard, Lambda still ensures in-order processing at the item (partition and sort key)
    level."
    """
    stream = Stream(batch_size=5, parallelization_factor=10)
    stream.put(*list(range(1, 201)) * 2)
    side_by_side = [stream.take() for _ in range(10)]
    assert stream.mapping.take() is None
    for batch in side_by_side:
        stream.mapping.settle(batch, None)
    while later := stream.mapping.take():
        side_by_side.append(later)
        stream.mapping.settle(later, None)
    seen: dict[str, list[int]] = {}
    for record in (record for batch in side_by_side for record in batch.records):
        seen.setdefault(record.item, []).append(record.sequence_number)
    assert len(seen) == 200
    assert all(numbers == sorted(numbers) and len(numbers) == 2 for numbers in seen.values())


def test_shards_are_read_side_by_side() -> None:
    """AWS: "The ordering of records across different shards is not guaranteed, and processing of each shard happens
    in parallel."
    """
    orders = set()
    for seed in range(10):
        stream = Stream(seed=seed, shards=2)
        stream.put(1, upload_id="A")
        stream.put(1, upload_id="D")
        orders.add(tuple(batch.records[0].item[0] for batch in (stream.take(), stream.take())))
    assert orders == {("A", "D"), ("D", "A")}


def test_only_what_passes_a_filter_reaches_the_function() -> None:
    """AWS: "You can use event filtering to control which records from a stream or queue Lambda sends to your
    function."
    """
    stream = Stream(filters=deployed().stream.filters)
    for record in (change("U", 1), change("U", 2, name="MODIFY"), change("U", 3, status="validated")):
        stream.mapping.put(record)
    assert rows_of(stream.take()) == [1]


def test_a_batch_that_raises_comes_again_before_anything_behind_it() -> None:
    """AWS: "Lambda treats all other results as a complete failure and retries processing the batch up to the retry
    limit."
    """
    stream = Stream(batch_size=2)
    stream.put(1, 2, 3)
    stream.mapping.settle(stream.take(), FAILED)
    assert rows_of(stream.take()) == [1, 2]


def test_a_failed_batch_is_split_in_two_which_costs_no_retry() -> None:
    """AWS: "BisectBatchOnFunctionError […] splits a failed batch into two smaller batches, isolating bad records and
    avoiding timeouts. Splitting batches doesn't consume the retry quota."
    """
    stream = Stream(bisects=True, most_retries=2)
    stream.put(1, 2, 3, 4)
    assert stream.sizes(FAILED) == [4, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1]
    assert len(stream.discarded) == 4


def test_a_record_that_fails_alone_does_not_take_its_neighbours_with_it() -> None:
    """The same, seen from the neighbours."""
    stream = Stream(bisects=True, most_retries=1)
    stream.put(*range(1, 9))
    done: list[int] = []
    while batch := stream.mapping.take():
        is_bad = 5 in rows_of(batch)
        done += [] if is_bad else rows_of(batch)
        stream.mapping.settle(batch, FAILED if is_bad else None)
    assert done == [1, 2, 3, 4, 6, 7, 8]
    assert [d["DDBStreamBatchInfo"]["startSequenceNumber"] for d in stream.discarded] == ["5"]


def test_after_its_retries_a_batch_is_discarded_and_the_stream_goes_on() -> None:
    """AWS: "If the function is invoked but returns an error, Lambda retries until the records expire, exceed the
    maximum age (MaximumRecordAgeInSeconds), or reach the configured retry quota (MaximumRetryAttempts). […] If the
    error handling measures fail, Lambda discards the records and continues processing batches from the stream."
    """
    stream = Stream(batch_size=2, most_retries=3)
    stream.put(1, 2, 3)
    for _ in range(4):
        batch = stream.take()
        assert rows_of(batch) == [1, 2]
        stream.mapping.settle(batch, FAILED)
    assert rows_of(stream.take()) == [3]


def test_records_that_are_too_old_are_discarded_unseen() -> None:
    """MaximumRecordAgeInSeconds: "Discard records older than the specified age." """
    stream = Stream(oldest_seconds=60)
    stream.put(1)
    stream.clock.advance(61)
    stream.put(2)
    assert rows_of(stream.take()) == [2]
    (document,) = stream.discarded
    assert document["requestContext"]["condition"] == "RecordAgeExceeded"


def test_the_document_of_a_discarded_batch_says_where_it_is_and_not_what_is_in_it() -> None:
    """AWS: "Each record sent to the destination is a JSON document containing metadata about the failed invocation."
    Its example has requestContext, responseContext, version, timestamp and DDBStreamBatchInfo, with the fields below.
    """
    stream = Stream(most_retries=0)
    stream.put(1, 2)
    stream.mapping.settle(stream.take(), FAILED)
    (document,) = stream.discarded
    assert set(document) == {"requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo"}
    assert document["requestContext"].keys() == {"requestId", "functionArn", "condition", "approximateInvokeCount"}
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["requestContext"]["approximateInvokeCount"] == 1
    info = document["DDBStreamBatchInfo"]
    assert info | {"streamArn": "", "shardId": ""} == {
        "startSequenceNumber": "1", "endSequenceNumber": "2", "batchSize": 2, "streamArn": "", "shardId": "",
        "approximateArrivalOfFirstRecord": "2026-01-01T00:00:00Z",
        "approximateArrivalOfLastRecord": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def test_reported_failures_rewind_to_the_lowest_of_them() -> None:
    """AWS: "If the batchItemFailures array contains multiple items, Lambda uses the record with the lowest sequence
    number as the checkpoint. Lambda then retries all records starting from that checkpoint."
    """
    stream = Stream(reports_item_failures=True)
    stream.put(1, 2, 3, 4)
    stream.mapping.settle(stream.take(), item_failures("4", "3"))
    assert rows_of(stream.take()) == [3, 4]


def test_with_bisecting_only_the_rest_from_the_reported_record_on_comes_again() -> None:
    """AWS: "When a partial batch success response is received and both BisectBatchOnFunctionError and
    ReportBatchItemFailures are turned on, the batch is bisected at the returned sequence number and Lambda retries
    only the remaining records."
    """
    stream = Stream(reports_item_failures=True, bisects=True)
    stream.put(1, 2, 3, 4)
    stream.mapping.settle(stream.take(), item_failures("2"))
    assert rows_of(stream.take()) == [2, 3, 4]


@pytest.mark.parametrize(
    ("answer", "comes_again"),
    [
        (None, False),
        ({}, False),
        ({"batchItemFailures": []}, False),
        ({"batchItemFailures": None}, False),
        (item_failures(""), True),
        (item_failures(None), True),
        ({"batchItemFailures": [{"id": "1"}]}, True),
    ],
)
def test_what_counts_as_success_and_what_as_failure(answer: Any, comes_again: bool) -> None:
    """AWS: "Lambda treats a batch as a complete success if you return any of the following: an empty batchItemFailure
    list, a null batchItemFailure list, an empty EventResponse, a null EventResponse. Lambda treats a batch as a
    complete failure if you return any of the following: an empty string itemIdentifier, a null itemIdentifier, an
    itemIdentifier with a bad key name."
    """
    stream = Stream(reports_item_failures=True)
    stream.put(1, 2)
    stream.mapping.settle(stream.take(), answer)
    assert bool(stream.mapping.take()) == comes_again


def test_an_answer_is_not_looked_at_unless_the_mapping_says_so() -> None:
    """AWS: "Even when your function code returns partial batch failure responses, these responses will not be
    processed by Lambda unless the ReportBatchItemFailures feature is explicitly turned on for your event source
    mapping."
    """
    stream = Stream(reports_item_failures=False)
    stream.put(1, 2)
    stream.mapping.settle(stream.take(), item_failures("1"))
    assert stream.mapping.take() is None


def test_what_was_done_may_come_again_in_its_order() -> None:
    """AWS: "Lambda event source mappings process each event at least once, and duplicate processing of records can
    occur."
    """
    stream = Stream()
    stream.put(1, 2, 3)
    stream.mapping.settle(stream.take(), None)
    stream.put(4)
    assert stream.mapping.rewind()
    rows = rows_of(stream.take())
    assert rows[-1] == 4
    assert rows == list(range(rows[0], 5))
    assert len(rows) > 1


def test_the_simulator_runs_with_what_is_deployed() -> None:
    settings = deployed()
    stream, queue = settings.stream, settings.queue
    assert (stream.parallelization_factor, stream.bisects, stream.most_retries) == (10, True, 10)
    assert stream.filters
    assert (queue.batch_size, queue.most_receives, queue.reports_item_failures) == (1, 3, True)
    assert settings.asynchronous.most_retries == 2
