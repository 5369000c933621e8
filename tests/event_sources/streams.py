"""Lambda's mapping of a DynamoDB stream: shards, concurrent batches, retries, bisecting, discarding."""

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zlib import crc32

from tests.event_sources.events import Answer, Clock, Event, Failed, timestamp
from tests.event_sources.filters import matches
from tests.event_sources.on_failure import batch_document
from tests.event_sources.settings import StreamSettings

RETENTION_SECONDS = 24 * 3600.0  # by the stream itself


@dataclass(frozen=True, slots=True)
class StreamRecord:
    sequence_number: int
    item: str  # partition and sort key
    arrived_at: float
    content: Event


@dataclass(slots=True)
class Batch:
    """Records for the function, and how often they were delivered before."""

    records: list[StreamRecord]
    attempts: int = 0
    lane: "Lane | None" = field(default=None, repr=False)

    @property
    def event(self) -> Event:
        return {"Records": [record.content for record in self.records]}


@dataclass(slots=True)
class Lane:
    """One of the lanes in which a shard is read concurrently: one batch at a time, in order."""

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
        """Adds a change of the table. Skips one that passes no filter."""
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
        """The next batch of any lane that is not busy, or None."""
        for lane in self._all_lanes():
            if not lane.is_busy:
                self._discard_expired(lane)
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
        """Continues after the records that succeeded. The others are delivered again until retries are used up."""
        lane = batch.lane
        assert lane, "settle() needs a batch that came from take()"
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
        """Starts again at an earlier checkpoint, as after a lost poller: what follows is delivered again, in order."""
        lanes = [lane for lane in self._all_lanes() if lane.settled and not lane.is_busy and not lane.retrying]
        if not lanes:
            return False
        lane = self._chance.choice(lanes)
        count = self._chance.randint(1, len(lane.settled))
        lane.waiting.extendleft(reversed(lane.settled[-count:]))
        del lane.settled[-count:]
        return True

    def forget(self) -> None:
        """Loses waiting records, as a restart of the embedded services does."""
        for lane in self._all_lanes():
            lane.waiting.clear()
            lane.retrying.clear()

    def _all_lanes(self) -> Iterator[Lane]:
        return (lane for shard in self._lanes for lane in shard)

    def _done(self, batch: Batch, answer: Answer) -> int:
        """How many records of the batch succeeded. An unknown identifier fails the whole batch."""
        if isinstance(answer, Failed):
            return 0
        failures = (answer or {}).get("batchItemFailures") if self._settings.reports_item_failures else None
        if not failures:
            return len(batch.records)
        numbers = [str(record.sequence_number) for record in batch.records]
        identifiers = [failure.get("itemIdentifier") for failure in failures]
        return min(map(numbers.index, identifiers)) if set(identifiers) <= set(numbers) else 0

    def _discard_expired(self, lane: Lane) -> None:
        limit = self._settings.oldest_seconds if self._settings.oldest_seconds >= 0 else RETENTION_SECONDS
        oldest = self._clock.now - limit
        retrying: deque[Batch] = deque()
        for batch in lane.retrying:
            live = [record for record in batch.records if record.arrived_at >= oldest]
            expired = batch.records[: len(batch.records) - len(live)]
            self._discard(lane, expired, "RecordAgeExceeded", batch.attempts)
            if live:
                retrying.append(Batch(live, batch.attempts))
        lane.retrying = retrying
        expired = [record for record in lane.waiting if record.arrived_at < oldest]
        self._discard(lane, expired, "RecordAgeExceeded", 0)
        lane.waiting = deque(record for record in lane.waiting if record.arrived_at >= oldest)

    def _discard(self, lane: Lane, records: list[StreamRecord], condition: str, invocations: int) -> None:
        if records:
            self._on_failure(self._document(lane, records, condition, invocations))

    def _document(self, lane: Lane, records: list[StreamRecord], condition: str, invocations: int) -> Event:
        return batch_document(
            request_id=UUID(int=self._chance.getrandbits(128)),
            condition=condition,
            invocations=invocations,
            now=self._clock.now,
            batch_info={
                "shardId": f"shardId-{lane.shard:020d}",
                "startSequenceNumber": str(records[0].sequence_number),
                "endSequenceNumber": str(records[-1].sequence_number),
                "approximateArrivalOfFirstRecord": timestamp(records[0].arrived_at),
                "approximateArrivalOfLastRecord": timestamp(records[-1].arrived_at),
                "batchSize": len(records),
                "streamArn": self._stream_arn,
            },
        )


def _keys(content: Event) -> tuple[str, str]:
    """The partition key, which is the upload, and the whole key of the item that changed."""
    keys: dict[str, dict[str, Any]] = content["dynamodb"]["Keys"]
    values = [next(iter(keys[name].values())) for name in sorted(keys, key=lambda name: name != "upload_id")]
    return values[0], "/".join(values)
