"""Every permission is needed, and none is missing: what the roles may do is what the services were seen to ask for.

The embedded AWS services enforce IAM and write down what each role asked (`logs/permissions.jsonl`). One journey after
the other uses all there is; what no journey used must be listed here, with the reason.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from pipeline.http.api_client import ApiError
from tests.e2e.console import signed_in
from tests.e2e.operators import ops
from tests.e2e.roles import Permission, Refusal, Roles
from tests.stack import Stack, csv_of, eventually, running, sound_rows, tag

# What AWS asks of a role in order to run its function, and the embedded services do by themselves.
_BY_LAMBDA_ITSELF = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
_EVENT_SOURCES = {"ReadTheStream", "FindTheStream", "TakeMessages", "Log", "Trace"}
# What failed for good is brought to the dead letters by Lambda, in the name of the function's role.
_ON_FAILURE = {("csv-parser", "GiveUpOnAnEvent"), ("product-validator", "GiveUpOnABatch")}
# Without it S3 answers 403, not 404, for a file that is not there; the embedded services always answer 404.
_SAYS_404_INSTEAD_OF_403 = Permission("upload-sweeper", "FindFilesThatNoEventToldOf", "s3:ListBucket")
# Asked for only when writing a file breaks off in the middle of its parts.
_WHEN_A_FILE_BREAKS_OFF = (
    Permission("error-processor", "WriteReports", "s3:AbortMultipartUpload"),
    Permission("error-processor", "WriteCorrectedFiles", "s3:AbortMultipartUpload"),
)


def cannot_be_seen(permission: Permission) -> bool:
    return (
        (permission.statement in _EVENT_SOURCES and permission.action in _BY_LAMBDA_ITSELF)
        or (permission.function, permission.statement) in _ON_FAILURE
        or permission in (*_WHEN_A_FILE_BREAKS_OFF, _SAYS_404_INSTEAD_OF_403)
    )


# ---------------------------------------------------------------- the journeys


def checked_file(stack: Stack) -> None:
    """An upload with a rejected row: sent, decided, reported, told, and its report and file downloaded."""
    run = tag()
    upload = stack.send(csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,1,1"]))
    stack.ended(upload["upload_id"])
    [mail] = stack.mails(upload["upload_id"])
    [link] = re.findall(r"Download Errors: (\S+)", mail["Message"])
    assert httpx.get(link, follow_redirects=True).status_code == 200
    for part in ("errors.csv", "fix.csv", "file"):
        assert stack.download(f"/v1/uploads/{upload['upload_id']}/{part}").status_code == 200


def corrected_file(stack: Stack) -> None:
    """A rejected row that the service sends again, from the fix file."""
    assert stack.ended(begin_correction(stack))["status"] == "completed"


def begin_correction(stack: Stack) -> str:
    run = tag()
    upload = stack.ended(stack.send(csv_of([f"P{run},Lamp,Electronics,S{run},-1,1"]))["upload_id"])
    with stack.api() as api:
        rows = [{"row_number": 1, "set": {"price": "1.00"}}]
        answer = api.post(f"/v1/uploads/{upload['upload_id']}/corrections", json={"rows": rows}).raise_for_status()
    return str(answer.json()["upload_id"])


def refused_file(stack: Stack) -> None:
    stack.ended(stack.send(b"no,product,file\n1,2,3\n")["upload_id"])


def dropped_file(stack: Stack) -> None:
    name = f"{tag()}.csv"
    stack.drop(f"uploads/VEND001/{name}", csv_of(sound_rows(1, tag())))
    (upload,) = eventually(lambda: stack.find_uploads("VEND001", file_name=name))
    stack.ended(upload["upload_id"])


def send_through_the_api(stack: Stack) -> None:
    with stack.api() as api:
        api.post("/v1/uploads/file", files={"file": ("a.csv", csv_of(sound_rows(1, tag())))})


def long_file(stack: Stack) -> None:
    """A parser that keeps all of its time for handing over."""
    stack.set_variables(ONBOARDING_HANDOVER_SECONDS="300")
    stack.ended(stack.send(csv_of(sound_rows(250, tag())))["upload_id"])
    stack.set_variables(ONBOARDING_HANDOVER_SECONDS="45")


def webhook_with_a_test(stack: Stack) -> None:
    with stack.api() as api:
        webhook = api.post("/v1/webhooks", json={"url": "https://shop.example/hook"}).raise_for_status().json()
        api.post(f"/v1/webhooks/{webhook['webhook_id']}/test").raise_for_status()
        api.delete(f"/v1/webhooks/{webhook['webhook_id']}").raise_for_status()


def cancelled_upload(stack: Stack) -> None:
    run = tag()
    upload = stack.send(csv_of([f"P{run}-0,Lamp,Nowhere,S{run}-0,1,1", *sound_rows(3000, run)]))
    path = f"/v1/uploads/{upload['upload_id']}"
    with stack.api() as api:
        eventually(lambda: api.get(path).json()["error_records"])
        api.post(f"{path}/cancel")


@contextmanager
def without_events(stack: Stack) -> Iterator[None]:
    """The bucket tells nobody of new files: a fault that only an administrator can cause."""
    s3, bucket = stack.aws("s3"), stack.description["bucket"]
    configuration = s3.get_bucket_notification_configuration(Bucket=bucket)
    configuration.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


@contextmanager
def without_validator(stack: Stack) -> Iterator[None]:
    """The stream reaches no validator: a fault that only an administrator can cause."""
    functions = stack.aws("lambda")
    [mapping] = [
        each
        for each in functions.list_event_source_mappings()["EventSourceMappings"]
        if "product-validator" in each["FunctionArn"]
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def wait_until_staged(stack: Stack, upload_id: str) -> None:
    query = "SELECT 1 FROM upload_history WHERE upload_id = %s AND staged_at IS NOT NULL"  # no answer has this time
    eventually(lambda: stack.sql(query, upload_id))


def put_dead_letter(stack: Stack, upload_id: str) -> None:
    message = json.dumps({"type": "upload_finished", "upload_id": upload_id})
    stack.aws("sqs").send_message(QueueUrl=stack.description["dead_letter_queue_url"], MessageBody=message)


def find_file_without_event(stack: Stack) -> None:
    """A file whose event was lost is found by the sweeper."""
    with without_events(stack):
        upload = stack.send(csv_of(sound_rows(2, tag())))
    stack.sweep()
    stack.ended(upload["upload_id"])


def swept(stack: Stack) -> None:
    """A file nobody sent, a lost batch, a dead letter."""
    with stack.api() as api:
        api.post("/v1/uploads", json={"file_name": "never-sent.csv"})
    with without_validator(stack):
        upload = stack.send(csv_of(sound_rows(2, tag())))
        wait_until_staged(stack, upload["upload_id"])
        stack.sweep(look_for_drops=True)
        stack.ended(upload["upload_id"])
    put_dead_letter(stack, upload["upload_id"])
    stack.sweep(redrive=True)


def looked_at_by_support(stack: Stack) -> None:
    """The records of an upload as they are staged, and what stands still: a dead letter, which stays."""
    put_dead_letter(stack, last_upload(stack))
    with signed_in(stack) as console:
        for page in (f"/support/uploads/{last_upload(stack)}/staged", "/support/standstill/letters"):
            assert console.client.get(page).status_code == 200


def operated(stack: Stack) -> None:
    """The vendor of the synthetic uploads, its key, and one of them."""
    assert ops(stack, "canary", "--enrol").returncode == 0


def last_upload(stack: Stack) -> str:
    """The last that has reports."""
    return str(stack.find_uploads("VEND001", status="partial")[0]["upload_id"])


def file_processed_again(stack: Stack) -> None:
    """A stored file, with other decisions."""
    with stack.api() as api:
        again = api.post(f"/v1/uploads/{last_upload(stack)}/apply", json={"dry_run": True}).raise_for_status()
    stack.ended(again.json()["upload_id"])


JOURNEYS = (
    checked_file,
    corrected_file,
    refused_file,
    dropped_file,
    send_through_the_api,
    webhook_with_a_test,
    cancelled_upload,
    file_processed_again,
    find_file_without_event,
    swept,
    looked_at_by_support,
    operated,
    long_file,
)


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(Path(tmp_path_factory.mktemp("privilege")) / "state") as stack:
        stack.stop_sweeping()
        yield stack


def test_every_permission_is_used_and_none_is_missing(own_stack: Stack) -> None:
    for journey in JOURNEYS:
        journey(own_stack)
    roles = Roles(own_stack)
    unused = roles.allowed() - roles.used()
    assert {each for each in unused if not cannot_be_seen(each)} == set()
    assert {each for each in roles.allowed() if cannot_be_seen(each)} == unused
    assert roles.refused() == set()


# ---------------------------------------------------------------- without one of them

# Its process keeps the secrets that it has read and the role that it took; what they are for, the journeys have shown.
_KEPT_BY_THE_WEB_SERVICE = {"OpenTheDatabase", "CheckReportLinks", "ReadAsFileReader"}


def test_without_any_one_permission_something_is_refused_by_name(own_stack: Stack) -> None:
    """Takes one after the other, has its journey begin, and waits for the refusal that names it."""
    roles = Roles(own_stack)
    not_missed = []
    for permission in sorted(each for each in roles.allowed() if is_removable(each)):
        before = roles.refused()
        give_back = roles.take(permission)
        try:
            if permission.action == "secretsmanager:GetSecretValue":
                own_stack.set_variables(
                    of=permission.function, RESTARTED=tag()
                )  # a warm container has its secrets already
            if not is_refused(own_stack, roles, permission, before):
                not_missed.append(permission)
        finally:
            give_back()
    assert not_missed == []


def is_removable(permission: Permission) -> bool:
    is_kept = permission.function == "api" and permission.statement in _KEPT_BY_THE_WEB_SERVICE
    return not is_kept and not cannot_be_seen(permission)


def is_refused(stack: Stack, roles: Roles, permission: Permission, before: set[Refusal]) -> bool:
    begin = _BEGINNINGS.get(permission.statement, begin_file)
    begin = _BEGINNINGS_OF.get(permission.function, begin)
    with suppress(ApiError, AssertionError, httpx.HTTPError):  # what fails is what is taken away
        begin(stack)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(each[:2] == (permission.function, permission.action) for each in roles.refused() - before):
            return True
        time.sleep(0.05)
    return False


def begin_file(stack: Stack) -> str:
    run = tag()
    upload_id: str = stack.send(csv_of([*sound_rows(1, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,1,1"]))["upload_id"]
    return upload_id


def begin_drop(stack: Stack) -> None:
    run = tag()
    stack.drop(f"uploads/VEND001/{run}.csv", csv_of(sound_rows(1, run)))


def begin_refused_file(stack: Stack) -> None:
    stack.send(b"no,product,file\n1,2,3\n")


def begin_long_file(stack: Stack) -> None:
    """From here on the parser hands over after 99 records, which short files do not have."""
    stack.set_variables(ONBOARDING_HANDOVER_SECONDS="300")
    stack.send(csv_of(sound_rows(250, tag())))


def begin_reading(stack: Stack) -> None:
    upload_id = last_upload(stack)
    for part in ("errors.csv", "file"):
        stack.download(f"/v1/uploads/{upload_id}/{part}")
    httpx.get(f"{stack.api_url}/readyz")


def begin_sweeping(stack: Stack) -> None:
    """Leaves the sweeper one of each: a lost file, a lost batch, a dead letter, and one that it cannot read."""
    with without_events(stack), without_validator(stack):
        begin_file(stack)
        with stack.api() as api:
            api.post("/v1/uploads", json={"file_name": "never-sent.csv"})
    with without_validator(stack):
        wait_until_staged(stack, begin_file(stack))
        put_dead_letter(stack, "UPLOAD_20260101_000000_aaaaaaaa")
        stack.aws("sqs").send_message(QueueUrl=stack.description["dead_letter_queue_url"], MessageBody="unreadable")
        stack.sweep(look_for_drops=True, redrive=True)


def begin_registering(stack: Stack) -> None:
    ops(stack, "vendor", "list")


def begin_canary(stack: Stack) -> None:
    ops(stack, "canary")


_BEGINNINGS_OF: dict[str, Callable[[Stack], object]] = {
    "upload-sweeper": begin_sweeping,
    "vendor-registrar": begin_registering,
    "upload-canary": begin_canary,
}
_BEGINNINGS: dict[str, Callable[[Stack], object]] = {
    "ReadFixFiles": begin_correction,
    "WriteCorrectedFiles": begin_correction,
    "FindEarlierVersions": begin_drop,
    "SayThatAFileFailed": begin_refused_file,
    "ContinueALongFile": begin_long_file,
    "AskForReportsAndWebhooks": webhook_with_a_test,
    "ProcessStoredFilesAgain": file_processed_again,
    "SignUploads": begin_file,
    "ReadFiles": begin_reading,
    "ReadReports": begin_reading,
    "ShowStagedRecords": looked_at_by_support,
    "ShowAndRedriveWhatStandsStill": looked_at_by_support,
}
