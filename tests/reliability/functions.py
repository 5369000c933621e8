"""The deployed functions in this process, run by the simulator in place of Lambda, with real handlers and parts."""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders

from pipeline.handlers import csv_parser, error_processor, product_validator, upload_sweeper
from pipeline.services import services
from pipeline.stages.sweep import look_for_drops
from tests.event_sources.async_calls import AsyncInvocations
from tests.event_sources.events import FAILED, Answer, Clock, Event
from tests.event_sources.queues import QueueMapping
from tests.event_sources.settings import Deployed
from tests.event_sources.streams import StreamMapping
from tests.reliability.death import Fate, Life, MortalDatabase
from tests.reliability.logged import logged_here
from tests.reliability.parts import Parts

PARSER, VALIDATOR, REPORTER = SOURCES = ("csv-parser", "product-validator", "error-processor")
HANDLERS: dict[str, Callable[..., Any]] = {
    PARSER: csv_parser.handler,
    VALIDATOR: product_validator.handler,
    REPORTER: error_processor.handler,
}


class Context:
    """The context of an invocation."""

    def __init__(self, seconds_left: float) -> None:
        self._seconds_left = seconds_left

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds_left * 1000)


class Functions:
    """The three functions with their event sources, and the sweeper."""

    def __init__(self, parts: Parts, seed: int, mappings: Deployed) -> None:
        self._parts, self._exits = parts, ExitStack()
        self.clock, self.chance = Clock(), random.Random(seed)  # noqa: S311
        self.parser = AsyncInvocations(mappings.asynchronous, self.clock, self.chance, self._discarded)
        self.validator = StreamMapping(mappings.stream, self.clock, self.chance, self._discarded)
        self.reporter = QueueMapping(mappings.queue, self.clock, self.chance, self._set_aside)
        self.sources: dict[str, Any] = {PARSER: self.parser, VALIDATOR: self.validator, REPORTER: self.reporter}
        self.notified_twice: set[str] = set()  # uploads whose publisher died, or was held up, right there
        self._life: Life | None = None
        self._may_have_written = True  # to the table or the queue, since they were last looked at
        self._idle: list[MortalDatabase] = []
        self._use_parts()
        self.log_lines = self._exits.enter_context(logged_here())
        self._stream = _Stream(parts)
        self._sqs = parts.stack.aws("sqs")

    def close(self) -> None:
        for database in self._idle:
            database.close()
        self._exits.close()

    def deliver(self, source: str, fate: Fate | None = None, *, seconds_left: float = 900) -> bool:
        """Delivers one event or batch to its function. Returns False if there was none."""
        self.collect()
        mapping = self.sources[source]
        batch = mapping.take()
        if batch is None:
            return False
        mapping.settle(batch, self.invoke(HANDLERS[source], batch.event, fate, seconds_left=seconds_left))
        return True

    def sweep(self, fate: Fate | None = None, **options: object) -> None:
        """Runs the sweeper, as the schedule does every minute or an operator with `options`."""
        self.invoke(upload_sweeper.handler, options, fate)

    def look_for_drops(self) -> None:
        """Looks for drops as the schedule does, but without a delay: the bucket's clock cannot be advanced."""
        self.invoke(lambda *_: {"faults": look_for_drops(services(), lambda: True, stalled_after=timedelta(0))}, {})

    def stop_and_start(self) -> None:
        """Ends all containers and loses undelivered events of streams and functions. Queues stay."""
        self.collect()
        while self._idle:
            self._idle.pop().close()
        self.parser.forget()
        self.validator.forget()
        self.sweep(stalled_after_seconds=0, stopped_before=datetime.now(UTC).isoformat(), look_for_drops=True)

    def invoke(
        self, handler: Callable[..., Any], event: Event, fate: Fate | None = None, *, seconds_left: float = 900
    ) -> Answer:
        """Runs a function in a container. Raises any exception that is not caused by its fate."""
        life = Life(fate)
        with self._container(life):
            try:
                answer: Answer = handler(event, Context(seconds_left))
            except Exception:
                if not life.is_over:
                    raise
        self._note_publishing(event, life)
        if life.is_over:
            return FAILED
        assert not (answer or {}).get("batchItemFailures"), f"not done, and nobody died: {self.log_lines[-1]}"  # type: ignore[union-attr]
        assert not (answer or {}).get("faults"), f"a step failed, and nobody died: {self.log_lines[-1]}"  # type: ignore[union-attr]
        return answer

    def collect(self) -> None:
        """Moves records of the table's stream and messages of the queue to the simulator, if there can be any."""
        if not self._may_have_written:
            return
        self._may_have_written = False
        for record in self.records():
            self.validator.put(record)
        url = self._parts.stack.description["error_queue_url"]
        while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                self.reporter.put(message["Body"])
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def records(self) -> list[Event]:
        """The new records of the table's stream."""
        return list(self._stream.new_records())

    def live_containers(self) -> int:
        return len(self._idle)

    @contextmanager
    def _container(self, life: Life) -> Iterator[None]:
        """An idle warm container, or a new one. A dead one is not used again."""
        database = self._idle.pop() if self._idle else MortalDatabase(services().database_credentials)
        outer, services().database, self._life, database.life = (services().database, self._life), database, life, life
        # Others that run while one is held up at staging: it holds the only thread of its own.
        held_up = services().__dict__.pop("staging", None) if outer[1] else None
        try:
            yield
        finally:
            if held_up:
                services().__dict__["staging"] = held_up
            services().database, self._life = outer
            if life.is_over:
                database.close()
            else:
                self._idle.append(database)

    def _use_parts(self) -> None:
        """Has handlers in this process use the world's parts from now on."""
        before = dict(os.environ)
        self._exits.callback(os.environ.update, before)
        self._exits.callback(os.environ.clear)
        os.environ |= self._parts.environment
        self._exits.callback(boto3.setup_default_session)
        self._exits.callback(services.cache_clear)
        boto3.setup_default_session()
        services.cache_clear()
        events: Any = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
        events.register_first("before-send", self._before_send)
        events.register_first("after-call", self._after_call)

    def _before_send(self, request: AWSRequest, event_name: str, **_: object) -> AWSResponse | None:
        name = event_name.removeprefix("before-send.")
        if self._life is not None:
            self._life.before_call(name)
        # After it was held up: others look while it is.
        self._may_have_written |= name.startswith(("dynamodb.", "sqs.Send"))
        if self._life is None or name != "lambda.Invoke":
            return None
        self.parser.put(json.loads(request.body))
        return AWSResponse(str(request.url), 202, HTTPHeaders(), _Nothing())

    def _after_call(self, **_: object) -> None:
        if self._life is not None:
            self._life.after_call()

    def _note_publishing(self, event: Event, life: Life) -> None:
        if "sns.Publish" in life.names and (life.is_over or life.was_held_up):
            self.notified_twice |= {json.loads(record["body"]).get("upload_id") for record in event["Records"]}

    def _discarded(self, document: Event) -> None:
        self._set_aside(json.dumps(document))

    def _set_aside(self, body: str) -> None:
        url = self._parts.stack.description["dead_letter_queue_url"]
        self._sqs.send_message(QueueUrl=url, MessageBody=body)


class _Nothing:
    """The body of an answer without one."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        return iter(())


class _Stream:
    """The changes of the staging table, from its stream."""

    def __init__(self, parts: Parts) -> None:
        self._client = parts.stack.aws("dynamodbstreams")
        described = self._client.describe_stream(StreamArn=parts.stream_arn)["StreamDescription"]
        self._iterator = self._client.get_shard_iterator(
            StreamArn=parts.stream_arn, ShardId=described["Shards"][0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def new_records(self) -> Iterator[Event]:
        while True:
            answer = self._client.get_records(ShardIterator=self._iterator)
            self._iterator = answer["NextShardIterator"]
            if not answer["Records"]:
                return
            for record in answer["Records"]:
                del record["dynamodb"]["ApproximateCreationDateTime"]
                yield record
