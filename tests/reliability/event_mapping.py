"""A simulator of Lambda's mapping of a DynamoDB stream: what AWS documents and the embedded services do not do.

Nothing runs here by itself. A test takes batches, any number of them side by side, hands each to a handler wherever
it likes, and settles them with the answer; time passes when the test says so. All choices come from one seeded
generator, so a seed is a run. `queue_mapping.py` and `async_invocations.py` are the other two ways to a function.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from tests.reliability.mapping_settings import Pattern, StreamSettings

Event = dict[str, Any]
KEPT_SECONDS = 24 * 3600.0  # by the stream itself


class Clock:
    """Virtual time, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised, ran out of time, or died: whatever it did, no answer came."""


Answer = Event | None | Failed


@dataclass(frozen=True, slots=True)
class StreamRecord:
    sequence_number: int
    item: str  # partition and sort key
    arrived_at: float
    content: Event


@dataclass(slots=True)
class Batch:
    """Records on their way to the function, and how often they were there before."""

    records: list[StreamRecord]
    attempts: int = 0
    lane: "Lane | None" = field(default=None, repr=False)

    @property
    def event(self) -> Event:
        return {"Records": [record.content for record in self.records]}


@dataclass(slots=True)
class Lane:
    """One of the batches that a shard is read in side by side: its items come in order, one batch at a time."""

    shard: int
    waiting: deque[StreamRecord] = field(default_factory=deque)
    retrying: deque[Batch] = field(default_factory=deque)  # parts of a failed batch, in order
    settled: list[StreamRecord] = field(default_factory=list)
    is_busy: bool = False


class StreamMapping:
    """The mapping of one table's stream to one function; `on_failure` gets the documents of discarded batches."""

    def __init__(
        self,
        settings: StreamSettings,
        clock: Clock,
        chance: random.Random,
        on_failure: Callable[[Event], None],
        *,
        shards: int = 2,
        stream_arn: str = "arn:aws:dynamodb:us-east-1:000000000000:table/UploadRecords/stream/2026",
    ) -> None:
        self._settings, self._clock, self._chance, self._on_failure = settings, clock, chance, on_failure
        self._stream_arn = stream_arn
        self._lanes = [[Lane(shard) for _ in range(settings.parallelization_factor)] for shard in range(shards)]
        self._last_number = 0

    def put(self, content: Event) -> None:
        """A change of the table. Those that no filter lets through are passed over."""
        filters = self._settings.filters
        if filters and not any(matches(pattern, content) for pattern in filters):
            return
        partition, item = _keys(content)
        shard = self._lanes[crc32(partition.encode()) % len(self._lanes)]
        self._last_number += 1
        content = {**content, "dynamodb": {**content["dynamodb"], "SequenceNumber": str(self._last_number)}}
        record = StreamRecord(self._last_number, item, self._clock.now, content)
        shard[crc32(item.encode()) % len(shard)].waiting.append(record)

    def take(self) -> Batch | None:
        """The next batch of a lane that is not busy, whichever; None if there is none."""
        for lane in self._all_lanes():
            if not lane.is_busy:
                self._discard_what_is_too_old(lane)
        ready = [lane for lane in self._all_lanes() if not lane.is_busy and (lane.retrying or lane.waiting)]
        if not ready:
            return None
        lane = self._chance.choice(ready)
        if lane.retrying:
            batch = lane.retrying.popleft()
        else:
            count = min(len(lane.waiting), self._settings.batch_size)
            batch = Batch([lane.waiting.popleft() for _ in range(count)])
        batch.lane, lane.is_busy = lane, True
        return batch

    def settle(self, batch: Batch, answer: Answer) -> None:
        """Goes on behind the batch, or behind what of it is done; the rest comes again until its tries are over."""
        lane = batch.lane
        assert lane, "only a batch that was taken can be settled"
        done = self._done(batch, answer)
        lane.settled += batch.records[:done]
        lane.is_busy = False
        rest = batch.records[done:]
        if not rest:
            return
        if self._settings.bisects and done:
            lane.retrying.appendleft(Batch(rest, batch.attempts))
        elif self._settings.bisects and len(rest) > 1:
            middle = len(rest) // 2
            lane.retrying.extendleft([Batch(rest[middle:], batch.attempts), Batch(rest[:middle], batch.attempts)])
        elif batch.attempts == self._settings.most_retries:
            self._discard(lane, rest, "RetryAttemptsExhausted", batch.attempts + 1)
        else:
            lane.retrying.appendleft(Batch(rest, batch.attempts + 1))

    def rewind(self) -> bool:
        """A poller that was lost goes on from an earlier checkpoint: what lies behind it comes again, in order."""
        lanes = [lane for lane in self._all_lanes() if lane.settled and not lane.is_busy and not lane.retrying]
        if not lanes:
            return False
        lane = self._chance.choice(lanes)
        count = self._chance.randint(1, len(lane.settled))
        lane.waiting.extendleft(reversed(lane.settled[-count:]))
        del lane.settled[-count:]
        return True

    def forget(self) -> None:
        """What was not read yet is lost, as over a stop of the embedded services."""
        for lane in self._all_lanes():
            lane.waiting.clear()
            lane.retrying.clear()

    def _all_lanes(self) -> Iterator[Lane]:
        return (lane for shard in self._lanes for lane in shard)

    def _done(self, batch: Batch, answer: Answer) -> int:
        """How many of the batch's records need not come again."""
        if isinstance(answer, Failed):
            return 0
        failures = (answer or {}).get("batchItemFailures") if self._settings.reports_item_failures else None
        if not failures:
            return len(batch.records)
        numbers = [str(record.sequence_number) for record in batch.records]
        named = [failure.get("itemIdentifier") for failure in failures]
        return min(numbers.index(name) for name in named) if set(named) <= set(numbers) else 0

    def _discard_what_is_too_old(self, lane: Lane) -> None:
        limit = self._settings.oldest_seconds if self._settings.oldest_seconds >= 0 else KEPT_SECONDS
        oldest = self._clock.now - limit
        kept: deque[Batch] = deque()
        for batch in lane.retrying:
            live = [record for record in batch.records if record.arrived_at >= oldest]
            expired = batch.records[: len(batch.records) - len(live)]
            self._discard(lane, expired, "RecordAgeExceeded", batch.attempts)
            if live:
                kept.append(Batch(live, batch.attempts))
        lane.retrying = kept
        expired = [record for record in lane.waiting if record.arrived_at < oldest]
        self._discard(lane, expired, "RecordAgeExceeded", 0)
        lane.waiting = deque(record for record in lane.waiting if record.arrived_at >= oldest)

    def _discard(self, lane: Lane, records: list[StreamRecord], condition: str, invocations: int) -> None:
        if records:
            self._on_failure(self._document(lane, records, condition, invocations))

    def _document(self, lane: Lane, records: list[StreamRecord], condition: str, invocations: int) -> Event:
        """What AWS sends to an on-failure destination: where the records are in the stream, not the records."""
        response = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        return {
            "requestContext": {
                "requestId": str(UUID(int=self._chance.getrandbits(128))),
                "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:product-validator",
                "condition": condition,
                "approximateInvokeCount": invocations,
            },
            **({"responseContext": response} if invocations else {}),
            "version": "1.0",
            "timestamp": as_time(self._clock.now),
            "DDBStreamBatchInfo": {
                "shardId": f"shardId-{lane.shard:020d}",
                "startSequenceNumber": str(records[0].sequence_number),
                "endSequenceNumber": str(records[-1].sequence_number),
                "approximateArrivalOfFirstRecord": as_time(records[0].arrived_at),
                "approximateArrivalOfLastRecord": as_time(records[-1].arrived_at),
                "batchSize": len(records),
                "streamArn": self._stream_arn,
            },
        }


def matches(pattern: Pattern, content: Any) -> bool:
    """Whether an event passes a filter of exact values, the only kind that the template uses."""
    for name, wanted in pattern.items():
        found = content.get(name) if isinstance(content, dict) else None
        if isinstance(wanted, dict):
            if not matches(wanted, found):
                return False
        else:
            assert all(isinstance(value, str) for value in wanted), f"a filter that is not simulated: {wanted}"
            if found not in wanted:
                return False
    return True


def as_time(seconds: float) -> str:
    """Virtual seconds as AWS writes times."""
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def _keys(content: Event) -> tuple[str, str]:
    """The partition key, and the whole key of the item that changed."""
    keys = content["dynamodb"]["Keys"]
    values = [next(iter(value.values())) for _, value in _in_order(keys.items())]
    return values[0], "/".join(values)


def _in_order(keys: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The upload first: it is the table's partition key."""
    return sorted(keys, key=lambda key: key[0] != "upload_id")
