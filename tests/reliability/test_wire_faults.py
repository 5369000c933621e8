"""20,000 rows are processed exactly, in spite of lost answers, throttling and a database in trouble.

The stack runs the deployed functions. `microburst` and a proxy of our own are between them and the AWS services,
another proxy is between them and PostgreSQL. Both log their faults, which proves that every kind happened.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from tests.reliability.invariants import check_all
from tests.reliability.observer import Observer
from tests.reliability.state import NOTIFIED, Expectations
from tests.reliability.wire import Call, Fate
from tests.reliability.wire_aws import AwsWire
from tests.reliability.wire_burst import Burst
from tests.reliability.wire_database import DatabaseFaults
from tests.reliability.wire_postgres import PostgresWire
from tests.reliability.wire_rules import Losses
from tests.stack import Stack, csv_of, eventually, running, sound_rows, tag

ROWS, REJECTED = 20_000, 1_000
ALL_OF_ITS_TIME = "300"  # seconds that the parser keeps for handing over: it does so every 99 rows
PATIENCE = 3  # seconds after which an upload is stalled
LONG = "x" * 9_000  # a fix file of 9 MB goes to the bucket in parts

THROTTLES = [
    {"service": "dynamodb", "operation": "BatchWriteItem", "probability": 0.05, "times": 40,
     "error": {"code": "ProvisionedThroughputExceededException"}},
    {"service": "dynamodb", "operation": "BatchWriteItem", "probability": 0.02, "times": 10,
     "error": {"code": "InternalServerError", "status": 500}},
    {"service": "dynamodb", "operation": "BatchWriteItem", "probability": 0.02, "times": 10, "reset": True},
    {"service": "s3", "operation": "GetObject", "times": 3, "error": {"code": "SlowDown", "status": 503}},
    {"service": "s3", "operation": "PutObject", "times": 2, "error": {"code": "SlowDown", "status": 503}},
    {"service": "s3", "operation": "UploadPart", "times": 2, "error": {"code": "SlowDown", "status": 503}},
    {"service": "sqs", "operation": "SendMessage", "sequence": {"fail": 2, "pass": 1}, "times": 10,
     "error": {"code": "ServiceUnavailable", "status": 503}},
    {"service": "sqs", "operation": "SendMessage", "probability": 0.3, "times": 6, "reset": True},
    # More often than the SDK repeats, so that the function fails and must be called again.
    {"service": "sns", "operation": "Publish", "times": 7, "error": {"code": "InternalError", "status": 500}},
    {"service": "lambda", "operation": "Invoke", "times": 3, "error": {"code": "TooManyRequestsException"}},
    {"service": "secretsmanager", "operation": "GetSecretValue", "times": 7,
     "error": {"code": "InternalServiceError", "status": 500}},
]  # fmt: skip


def big_file(run: str) -> bytes:
    """Every twentieth row is rejected, half of them as a duplicate of an earlier one."""
    rows = sound_rows(ROWS, run)
    for number in range(19, ROWS, 20):
        price = "-1" if number % 40 == 19 else "1"
        sku = f"S{run}-{number - 10}"
        rows[number] = f"P{run}-{number + 1},{LONG},Electronics,{sku},{price},5"
    return csv_of(rows)


class Lines:
    """The proxies between the stack's functions and their services."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        described = stack.description
        credentials = {
            "AWS_ACCESS_KEY_ID": described["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": described["aws_secret_access_key"],
        }
        self.burst = Burst(described["aws_endpoint_url"], THROTTLES, credentials, folder)
        self.losses = Losses(stack.aws("dynamodb"), seed=4)
        self.aws = AwsWire(self.burst.port)
        self.aws.rule = self.losses
        self.sql = PostgresWire(int(described["database_url"].rpartition(":")[2].partition("/")[0]))
        self.commits = 0
        self.sql.rule = self._lose_a_commit

    def _lose_a_commit(self, call: Call) -> Fate:
        """Loses the answer to every fortieth commit."""
        if call.name != "COMMIT" or self.losses.is_over:
            return Fate.PASS
        self.commits += 1
        return Fate.CUT_AFTER if self.commits % 40 == 0 else Fate.PASS

    def become_quiet(self) -> None:
        self.losses.is_over = True
        self.burst.stop_faults()

    def close(self) -> None:
        self.burst.close()
        self.aws.close()
        self.sql.close()


@pytest.fixture(scope="module")
def behind_lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Lines]]:
    folder = tmp_path_factory.mktemp("wire")
    with running(folder / "state") as stack, lines_before(stack, folder) as lines:
        yield stack, lines


@contextmanager
def lines_before(stack: Stack, folder: Path) -> Iterator[Lines]:
    lines = Lines(stack, folder)
    try:
        DatabaseFaults(stack).keep_secret(port=lines.sql.port)
        stack.set_variables(
            AWS_ENDPOINT_URL=lines.aws.url,
            ONBOARDING_LEASE_SECONDS="5",
        )
        yield lines
    finally:
        lines.close()


def test_who_waits_for_an_answer_hears_at_once_that_the_server_died(behind_lines: tuple[Stack, Lines]) -> None:
    """Otherwise a function would wait for the rest of its time, and so would the tests below."""
    stack, lines = behind_lines
    behind = parse_dsn(stack.description["database_url"]) | {"port": str(lines.sql.port)}
    with ThreadPoolExecutor() as pool, closing(psycopg2.connect(make_dsn(**behind))) as waiting:
        query = pool.submit(waiting.cursor().execute, "SELECT pg_sleep(60)")
        eventually(lambda: stack.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
        DatabaseFaults(stack).end_all_sessions()
        try:
            with pytest.raises(psycopg2.OperationalError):
                query.result(timeout=5)
        finally:
            lines.sql.drop_all()


def test_a_file_is_handed_over_although_the_calls_that_do_it_are_refused_lost_and_repeated(
    behind_lines: tuple[Stack, Lines],
) -> None:
    stack, lines = behind_lines
    observer = Observer(stack)
    stack.set_variables(ONBOARDING_HANDOVER_SECONDS=ALL_OF_ITS_TIME)
    upload_id = stack.send(csv_of(sound_rows(450, tag())))["upload_id"]
    eventually(lambda: has_ended(stack, upload_id), seconds=300, pause=1)
    eventually(lambda: at_rest(stack, upload_id), seconds=180, pause=1)
    check_all(observer.state([upload_id], expectations={upload_id: Expectations(may_be_notified_twice=True)}))
    assert stack.ended(upload_id)["valid_records"] == 450
    burst = lines.burst.note()
    assert lines.aws.fired["Invoke", Fate.CUT_AFTER.value]
    assert lines.aws.fired["Invoke", Fate.TWICE.value]
    assert any("Invoke" in fired and "TooManyRequests" in fired for fired in burst), burst


def test_twenty_thousand_rows_come_through_every_kind_of_fault_exactly(behind_lines: tuple[Stack, Lines]) -> None:
    stack, lines = behind_lines
    observer, database, run = Observer(stack), DatabaseFaults(stack), tag()
    stack.set_variables(ONBOARDING_HANDOVER_SECONDS="45")
    upload_id = stack.send(big_file(run))["upload_id"]
    troubles: list[tuple[int, Callable[[], object]]] = [
        (500, database.end_all_sessions),
        (2_000, lambda: out_of_reach(lines)),
        (4_000, lambda: without_room(database)),
        (7_000, database.crash),
        (9_000, lambda: eventually(lambda: deadlocked(stack, database, upload_id), seconds=120)),
        (11_000, database.change_password),
        (13_000, lines.sql.drop_all),
        (15_000, database.crash),
    ]
    for decided, trouble in troubles:
        eventually(lambda d=decided: moved_on(stack, upload_id, d), seconds=300, pause=1)  # type: ignore[misc]
        trouble()
    eventually(lambda: has_ended(stack, upload_id), seconds=300, pause=1)
    lines.become_quiet()

    upload = stack.ended(upload_id)
    assert (upload["status"], upload["valid_records"], upload["error_records"]) == (
        "partial", ROWS - REJECTED, REJECTED
    )  # fmt: skip
    eventually(lambda: at_rest(stack, upload_id), seconds=180, pause=1)
    check_all(observer.state([upload_id], expectations={upload_id: Expectations(may_be_notified_twice=True)}))
    assert lines.sql.most_at_once <= 40
    every_kind_of_fault_was_there(lines)


def every_kind_of_fault_was_there(lines: Lines) -> None:
    lost_answers = {name: count for (name, fate), count in lines.aws.fired.items() if fate == Fate.CUT_AFTER.value}
    twice = {name: count for (name, fate), count in lines.aws.fired.items() if fate == Fate.TWICE.value}
    burst = lines.burst.fired
    print(
        f"answers lost: {lost_answers}\nsent twice: {twice}\nmicroburst: {dict(burst)}\ncommits lost: {lines.sql.fired}"
    )
    assert set(lost_answers) >= {"BatchWriteItem", "SendMessage", "Publish", "PutObject", "CompleteMultipartUpload"}
    assert set(twice) >= {"BatchWriteItem", "SendMessage"}
    assert lines.aws.fired["BatchWriteItem", "answered otherwise"]
    assert lines.aws.fired["GetObject", Fate.TORN.value]
    assert lines.sql.fired["COMMIT", Fate.CUT_AFTER.value]
    for operation, kind in (
        ("BatchWriteItem", "ProvisionedThroughputExceeded"), ("BatchWriteItem", "InternalServerError"),
        ("BatchWriteItem", "reset"), ("GetObject", "SlowDown"), ("PutObject", "SlowDown"),
        ("SendMessage", "ServiceUnavailable"), ("SendMessage", "reset"), ("Publish", "InternalError"),
        ("GetSecretValue", "InternalServiceError"),
    ):  # fmt: skip
        assert any(operation in fired and kind in fired for fired in burst), f"never fired: {operation} {kind}"


def out_of_reach(lines: Lines) -> None:
    """Connections to AWS are refused for a while."""
    lines.aws.close()
    time.sleep(1)
    lines.aws.open()


def without_room(database: DatabaseFaults) -> None:
    with database.without_room():
        time.sleep(1)


def deadlocked(stack: Stack, database: DatabaseFaults, upload_id: str) -> bool:
    swept(stack, upload_id)
    return database.deadlock(upload_id, "VEND001")


def moved_on(stack: Stack, upload_id: str, decided: int) -> bool:
    """Whether at least this many rows are decided. Also sweeps, more often than every minute."""
    upload = swept(stack, upload_id)
    assert not upload or upload["status"] in {"awaiting_upload", "processing"}, "it was over before the trouble began"
    return bool(upload and upload["valid_records"] + upload["error_records"] >= decided)


def has_ended(stack: Stack, upload_id: str) -> bool:
    upload = swept(stack, upload_id)
    return bool(upload and upload["status"] in NOTIFIED)


def at_rest(stack: Stack, upload_id: str) -> bool:
    """Whether the upload has ended and is notified, and staging agrees."""
    upload = swept(stack, upload_id)
    return bool(upload and upload["notified_at"]) and all(
        item["status"]["S"] != "pending_validation" for item in stack.staged(upload_id)
    )


def swept(stack: Stack, upload_id: str) -> dict[str, Any] | None:
    """The upload after a sweep, or None while either fails."""
    with suppress(psycopg2.OperationalError):
        stack.wake_sweeper(stalled_after_seconds=PATIENCE)
        (upload,) = stack.sql("SELECT * FROM upload_history WHERE upload_id = %s", upload_id)
        return upload
    return None
