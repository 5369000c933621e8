"""What happens around the functions: S3, the stream, the queue and the clock, until nothing is left to do.

Each source delivers at least once. Whatever a function fails to process is delivered again. When nothing is left to
deliver, time passes and the sweeper runs, as by its schedule.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.reliability.crash_lane import Choose, Event, Lane
from tests.reliability.wire import Call, Fate

_ROUNDS = 12
_MINUTES = 11  # per round: longer than any lease, timeout or interval of the sweeper


def undisturbed(number: int, call: Call) -> Fate:
    return Fate.PASS


class World:
    """Delivers to the functions of a lane. `choose` decides about the calls of one run of one of them."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._seen: set[tuple[str, str]] = set()
        self._victim = ""
        self._choose: Choose = undisturbed
        self.victims_calls: list[Call] = []
        self.answer: dict[str, Any] | None = None
        self.deaths = 0

    def strike(self, function: str, choose: Choose) -> None:
        """Has `choose` decide about the calls of this function's next run that makes any."""
        self._victim, self._choose, self.deaths = function, choose, 0

    def settle(self) -> None:
        """Delivers, sweeps and lets time pass until a sweep finds nothing more to do."""
        for _ in range(_ROUNDS):
            self.deliver_all()
            self._pass_time()
            if self.run("upload_sweeper", {}) and not self.deliver_all():
                return
        raise AssertionError(f"still not at rest after {_ROUNDS * _MINUTES} minutes")

    def deliver_all(self) -> int:
        """Delivers until nothing is left, and returns how much there was."""
        delivered = 0
        while count := self.parse() + self.validate() + self.report():
            delivered += count
        return delivered

    def parse(self) -> int:
        """Delivers new objects and invocations to csv-parser. Lambda repeats an event twice, then drops it."""
        events = [*self.arrivals(), *self.lane.invoked]
        self.lane.invoked = []
        for event in events:
            _ = self.run("csv_parser", event) or self.run("csv_parser", event) or self.run("csv_parser", event)
        return len(events)

    def validate(self) -> int:
        """Delivers the stream. A batch that fails is delivered again."""
        records = self.lane.stream_records()
        inserted = [r for r in records if r["eventName"] == "INSERT"]
        while inserted and not self.run("product_validator", {"Records": inserted}):
            pass
        return len(inserted)

    def report(self) -> int:
        """Delivers the queue. A message that fails is delivered again."""
        messages = self.lane.messages()
        for message in messages:
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            if self.run("error_processor", {"Records": [record]}):
                self.lane.done_with(message)
        return len(messages)

    def run(self, function: str, event: Event) -> bool:
        """Runs one invocation, and returns whether it succeeded."""
        if function == self._victim:
            ended = self.lane.run(function, event, self._choose)
            self.victims_calls, self.deaths = self.lane.calls, self.deaths + ended["died"]
            self._victim = "" if self.victims_calls else function
        else:
            ended = self.lane.run(function, event)
        self.answer = answer = ended["answer"]
        return not ended["failed"] and not (answer and answer.get("batchItemFailures"))

    def ask(self, method: str, path: str, body: bytes, content_type: str, idempotency_key: str) -> dict[str, Any]:
        """A request to the API, repeated until it is answered, as a client should."""
        event = _request(method, path, body, content_type, idempotency_key, self.lane.api_key)
        for _ in range(4):
            self.run("api", event)
            if self.answer and self.answer["statusCode"] < 300:
                content: dict[str, Any] = json.loads(self.answer["body"])
                return content
            self._pass_time()
        raise AssertionError(f"never answered as it should be: {self.answer}")

    def arrivals(self) -> Iterator[Event]:
        """The events of new objects. An event that the caller does not deliver is lost."""
        s3 = self.lane.aws("s3")
        versions = s3.list_object_versions(Bucket=self.lane.name, Prefix="uploads/").get("Versions", [])
        for stored in versions:
            if (stored["Key"], stored["VersionId"]) not in self._seen:
                self._seen.add((stored["Key"], stored["VersionId"]))
                about = {"key": stored["Key"], "versionId": stored["VersionId"], "size": stored["Size"]}
                yield {"Records": [{"s3": {"object": about}}]}

    def _pass_time(self) -> None:
        moved = ", ".join(f"{column} = {column} - interval '{_MINUTES} minutes'" for column in _CLOCKS)
        self.lane.sql(f"UPDATE upload_history SET {moved}")
        self.lane.sql(f"UPDATE mails SET next_attempt_at = next_attempt_at - interval '{_MINUTES} minutes'")
        self.lane.sql(f"UPDATE idempotency_keys SET created_at = created_at - interval '{_MINUTES} minutes'")


_CLOCKS = (
    "upload_timestamp", "last_progress_at", "lease_until", "ending_until", "looked_at", "notification_claimed_at",
    "processing_completed_at",
)  # fmt: skip


def _request(method: str, path: str, body: bytes, content_type: str, idempotency_key: str, api_key: str) -> Event:
    """A request in the format of API Gateway."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "host": "api.example",
            "authorization": f"Bearer {api_key}",
            "content-type": content_type,
            "content-length": str(len(body)),
            "idempotency-key": idempotency_key,
        },
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "stage": "$default",
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
