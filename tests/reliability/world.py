"""A world around the real handlers: the simulator delivers events, and time passes on demand.

PostgreSQL, bucket, staging table with its stream, queues and topic are real ones of the local stack, a set for each
world, so that worlds do not see each other. Only Lambda is simulated.
"""

from dataclasses import dataclass, field, replace

from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.uploads import upload_key
from pipeline.postgres.database import transaction_at
from pipeline.postgres.queries.uploads import add_upload, cancel, find_upload
from pipeline.services import services
from tests.announcing import announced_upload
from tests.event_sources.bucket import object_created
from tests.event_sources.settings import Deployed
from tests.reliability.functions import SOURCES, Functions
from tests.reliability.invariants import check_all
from tests.reliability.observer import Observer
from tests.reliability.parts import make_parts, remove
from tests.reliability.state import FINAL, NOTIFIED, Expectations, Row, State
from tests.stack import Stack, tag

SWEPT_EVERY = 60.0  # seconds
LOOKED_FOR_DROPS_EVERY = 15  # sweeps
MOST_MINUTES = 45  # everything must have ended by then: 30 until an upload is given up, and the sweeps around them


@dataclass(frozen=True)
class File:
    """A product file, and what the test expects of it."""

    content: bytes
    expectations: Expectations = field(default_factory=Expectations)


class World:
    """Uploads, and everything that can happen to them."""

    def __init__(self, stack: Stack, seed: int, mappings: Deployed) -> None:
        self.run = tag()
        self._parts = make_parts(stack, f"world-{self.run}")
        self.stack = self._parts.stack
        self.functions = Functions(self._parts, seed, mappings)
        self.observer = Observer(self.stack, log_lines=lambda: list(self.functions.log_lines), containers=list)
        self.markers: dict[str, list[str]] = {}
        self._expectations: dict[tuple[str, str], Expectations] = {}  # by key and version
        self._rested: State | None = None
        self.other_containers = 0  # processes of the test's own
        self._idle_seconds = 0.0
        self._may_end_as_our_fault: set[str] = set()

    def close(self) -> None:
        self.functions.close()
        remove(self._parts)

    def announce(self, vendor_id: str, decisions: Decisions = NO_DECISIONS, *, dry_run: bool = False) -> str:
        """Announces an upload as the REST API does, but with an id from the seed: it decides the stream's lane."""
        upload_id = "UPLOAD_20260101_000000_" + "".join(self.functions.chance.choices("abcdefghijklmnop234567", k=8))
        key = upload_key(vendor_id, upload_id, "products.csv")
        with transaction_at(self.stack.description["database_url"]) as cursor:
            add_upload(cursor, announced_upload(upload_id, vendor_id, key, decisions, dry_run=dry_run))
        return upload_id

    def send(self, upload_id: str, file: File, *, has_event: bool = True) -> None:
        """Stores the file of an announced upload, or another version. Without `has_event`, its event is lost."""
        self.put(self.upload(upload_id)["file_s3_key"], file, has_event=has_event)

    def put(self, key: str, file: File, *, has_event: bool = True) -> None:
        bucket = self.stack.description["bucket"]
        stored = self.stack.aws("s3").put_object(Bucket=bucket, Key=key, Body=file.content)
        self._expectations[key, stored["VersionId"]] = file.expectations
        if has_event:
            event = object_created(
                bucket=bucket, key=key, version_id=stored["VersionId"], size=len(file.content),
                now=self.functions.clock.now,
            )  # fmt: skip
            self.functions.parser.put(event)

    def cancel(self, upload_id: str) -> None:
        """Cancels an upload as the REST API does."""
        with transaction_at(self.stack.description["database_url"]) as cursor:
            upload = find_upload(cursor, None, upload_id)
            ended = cancel(cursor, upload[0]) if upload else None
        if ended and ended.error_records:
            services().error_queue.upload_finished(upload_id)

    def pass_time(self, seconds: float) -> None:
        """Advances time, by moving all stored times into the past."""
        self.functions.clock.advance(seconds)
        self._idle_seconds += seconds
        if self._idle_seconds >= services().settings.give_up_after_seconds:
            self._may_end_as_our_fault |= {upload["upload_id"] for upload in self.uploads()}
        columns = self.stack.sql(
            "SELECT column_name AS name FROM information_schema.columns"
            " WHERE table_name = 'upload_history' AND data_type LIKE 'timestamp%%'"
        )
        shifted = ", ".join(f"{row['name']} = {row['name']} - make_interval(secs => %(by)s)" for row in columns)
        self.stack.sql(f"UPDATE upload_history SET {shifted.replace('%(by)s', str(seconds))}")
        self.stack.sql("UPDATE mails SET next_attempt_at = next_attempt_at - make_interval(secs => %s)", seconds)

    def object(self, key: str) -> bytes:
        bucket = self.stack.description["bucket"]
        content: bytes = self.stack.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def upload(self, upload_id: str) -> Row:
        (upload,) = self.stack.sql("SELECT * FROM upload_history WHERE upload_id = %s", upload_id)
        return upload

    def uploads(self) -> list[Row]:
        return self.stack.sql("SELECT * FROM upload_history ORDER BY upload_id")

    def drain(self) -> None:
        """Delivers everything, and sweeps every minute, until all uploads have ended."""
        self._idle_seconds = 0.0
        for minute in range(MOST_MINUTES):
            self.deliver_all()
            if not (unfinished := self.unfinished()):
                return
            self.pass_time(SWEPT_EVERY)
            self.functions.sweep()
            if minute % LOOKED_FOR_DROPS_EVERY == 0:
                self.functions.look_for_drops()
        raise AssertionError(f"stuck after {MOST_MINUTES} minutes: {unfinished}")

    def deliver_all(self) -> None:
        """Delivers until no event source has anything left."""
        while sum(self.functions.deliver(source) for source in SOURCES):
            pass

    def deliver_everything_again(self) -> None:
        self.functions.parser.repeat()
        for _ in self.uploads():
            self.functions.validator.rewind()
        self.deliver_all()
        self.pass_time(600)
        self.functions.sweep()
        self.drain()
        self.check()

    def unfinished(self) -> list[str]:
        """The uploads that have a file and have not ended, and drops that are not uploads yet."""
        unfinished = [
            f"{u['upload_id']} is {u['status']}" for u in self.uploads() if self._has_file(u) and not _is_over(u)
        ]
        versions = {(upload["file_s3_key"], upload["file_version_id"]) for upload in self.uploads()}
        drops = [(key, version) for key, version in self._expectations if key.count("/") == 2]
        return unfinished + [
            f"{key} {version} is no upload" for key, version in drops if (key, version) not in versions
        ]

    def check(self, *, is_drained: bool = True) -> State:
        """Checks every invariant, and that uploads which had ended at the last check have not changed."""
        uploads = {u["upload_id"]: u for u in self.uploads() if u["status"] != "awaiting_upload" or self._has_file(u)}
        expectations = {upload_id: self._expectations_of(upload) for upload_id, upload in uploads.items()}
        state = self.observer.state(uploads, expectations=expectations, markers=self.markers)
        check_all(state, before=self._rested, is_drained=is_drained)
        (row,) = self.stack.sql(
            "SELECT count(*) AS connections FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'product-onboarding'"
        )
        most = self.functions.live_containers() + self.other_containers
        assert row["connections"] <= most, f"{row} where {most} containers live"
        self._rested = state if is_drained else self._rested
        return state

    def _expectations_of(self, upload: Row) -> Expectations:
        expectations = self._expectations.get((upload["file_s3_key"], upload["file_version_id"]), Expectations())
        upload_id = upload["upload_id"]
        return replace(
            expectations,
            may_be_notified_twice=upload_id in self.functions.notified_twice,
            may_end_as_our_fault=upload_id in self._may_end_as_our_fault,
        )

    def _has_file(self, upload: Row) -> bool:
        return any(key == upload["file_s3_key"] for key, _ in self._expectations)


def _is_over(upload: Row) -> bool:
    if upload["status"] in NOTIFIED:
        return upload["notified_at"] is not None
    is_reported = not upload["error_records"] or upload["error_file_s3_key"] is not None
    return upload["status"] in FINAL and is_reported
