"""Journeys that together ask for every permission, and the beginnings of some, each of which needs a certain one."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.e2e.console import signed_in
from tests.e2e.operators import ops
from tests.stack import Stack, csv_of, eventually, sound_rows, tag


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
    workbook = f"/v1/uploads/{upload['upload_id']}/fix.xlsx"
    eventually(lambda: stack.download(workbook).status_code == 200)


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


def taken_back(stack: Stack) -> None:
    """An upload that is taken back by a file that the service writes."""
    assert stack.ended(begin_undo(stack))["removed_records"] == 1


def begin_undo(stack: Stack) -> str:
    upload = stack.ended(stack.send(csv_of(sound_rows(1, tag())))["upload_id"])
    with stack.api() as api:
        answer = api.post(f"/v1/uploads/{upload['upload_id']}/undo").raise_for_status()
    return str(answer.json()["upload_id"])


def exported_catalogue(stack: Stack) -> None:
    """An export of the catalogue, written and downloaded."""
    path = begin_export(stack)
    with stack.api() as api:
        export = eventually(lambda: (view := api.get(path).json())["status"] == "ready" and view)
    assert httpx.get(export["url"]).status_code == 200


def begin_export(stack: Stack) -> str:
    with stack.api() as api:
        answer = api.post("/v1/exports", json={"format": "csv"}).raise_for_status()
    return str(answer.headers["Location"])


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
    stack.ended(begin_processing_again(stack))


def begin_processing_again(stack: Stack) -> str:
    with stack.api() as api:
        again = api.post(f"/v1/uploads/{last_upload(stack)}/apply", json={"dry_run": True}).raise_for_status()
    return str(again.json()["upload_id"])


JOURNEYS = (
    checked_file,
    corrected_file,
    taken_back,
    exported_catalogue,
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


BEGINNINGS_OF: dict[str, Callable[[Stack], object]] = {
    "upload-sweeper": begin_sweeping,
    "vendor-registrar": begin_registering,
    "upload-canary": begin_canary,
}
BEGINNINGS: dict[str, Callable[[Stack], object]] = {
    "ReadFixFiles": begin_correction,
    "WriteCorrectedFiles": begin_correction,
    "WriteExports": begin_export,
    "ReadExports": exported_catalogue,
    "FindEarlierVersions": begin_drop,
    "SayThatAFileFailed": begin_refused_file,
    "ContinueALongFile": begin_long_file,
    "AskForReportsAndWebhooks": webhook_with_a_test,
    "ProcessStoredFilesAgain": begin_processing_again,
    "SignUploads": begin_file,
    "ReadFiles": begin_reading,
    "ReadReports": begin_reading,
    "ShowStagedRecords": looked_at_by_support,
    "ShowAndRedriveWhatStandsStill": looked_at_by_support,
}
