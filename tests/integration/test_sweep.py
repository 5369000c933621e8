"""Stalled uploads are continued, from PostgreSQL and the stored file alone."""

from datetime import timedelta

import pytest

from pipeline.stages.sweep import sweep
from tests.integration.offline import Offline, validate_batch
from tests.stack import csv_of, eventually, sound_rows, tag

NOW = timedelta(0)


def run_sweep(offline: Offline) -> None:
    sweep(offline.services, lambda: True, stalled_after=NOW)


def assert_queued_again(offline: Offline, upload_id: str) -> None:
    """A sweep sends `upload_finished` for this upload."""
    queue, url = offline.stack.aws("sqs"), offline.environment["ONBOARDING_ERROR_QUEUE_URL"]
    queue.purge_queue(QueueUrl=url)
    run_sweep(offline)

    def is_queued() -> bool:
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return any(upload_id in message["Body"] and "upload_finished" in message["Body"] for message in messages)

    assert eventually(is_queued)


def test_records_whose_events_were_lost_are_decided_from_the_file(offline: Offline) -> None:
    run = tag()
    content = csv_of([*sound_rows(40, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,1,5"])
    upload_id = offline.arrive(content)
    events = offline.events(upload_id)
    offline.deliver([events[3:9], events[20:21]])
    run_sweep(offline)
    offline.end(upload_id)
    result = offline.result(upload_id, run)
    assert result["upload"] | {"errors_by_type": None} == {
        "status": "partial", "total_records": 41, "valid_records": 40, "error_records": 1, "errors_by_type": None
    }  # fmt: skip
    assert result["statuses"] == ["validated"] * 40 + ["error"]


def test_items_that_are_gone_are_written_again_with_their_outcome(offline: Offline) -> None:
    run = tag()
    upload_id = offline.arrive(csv_of(sound_rows(3, run)))
    table = offline.stack.aws("dynamodb")
    for item in offline.items(upload_id):
        table.delete_item(TableName=offline.table, Key={"upload_id": item["upload_id"], "record_id": item["record_id"]})
    run_sweep(offline)
    assert offline.result(upload_id, run)["statuses"] == ["validated"] * 3


def test_sweeping_what_is_being_validated_counts_nothing_twice(offline: Offline) -> None:
    run = tag()
    upload_id = offline.arrive(csv_of(sound_rows(300, run)))
    events = offline.events(upload_id)
    with offline.workers(2) as pool:
        validating = [pool.submit(validate_batch, events[start : start + 5]) for start in range(0, 300, 5)]
        run_sweep(offline)
        for each in validating:
            each.result()
    offline.end(upload_id)
    assert offline.result(upload_id, run)["upload"]["valid_records"] == 300


def test_staging_is_told_although_the_upload_ended_over_the_sweepers_death(
    offline: Offline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweeper dies between decision and staging, another worker ends the upload, and the next sweeper dies too."""
    run = tag()
    upload_id = offline.arrive(csv_of(sound_rows(3, run)))
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(offline.services.staging, "write", _die)
            run_sweep(offline)
        offline.end(upload_id)
    result = offline.result(upload_id, run)
    assert (result["upload"]["status"], result["statuses"]) == ("completed", ["pending_validation"] * 3)
    run_sweep(offline)
    assert offline.result(upload_id, run)["statuses"] == ["validated"] * 3
    [lease] = offline.stack.sql("SELECT lease_token FROM upload_history WHERE upload_id = %s", upload_id)
    assert lease == {"lease_token": None}


def _die(*_: object) -> None:
    raise ConnectionError("the container is gone")


def test_a_decided_upload_without_its_end_is_told_again(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())))
    offline.deliver([offline.events(upload_id)])
    assert_queued_again(offline, upload_id)


def test_an_ended_upload_without_its_notification_is_told_again(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())))
    offline.deliver([offline.events(upload_id)])
    offline.end(upload_id)
    offline.stack.sql("UPDATE upload_history SET notified_at = NULL WHERE upload_id = %s", upload_id)
    assert_queued_again(offline, upload_id)
    offline.stack.sql("UPDATE upload_history SET notified_at = now() WHERE upload_id = %s", upload_id)


def test_a_notification_that_was_claimed_and_never_sent_is_sent_with_the_same_id(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())))
    offline.deliver([offline.events(upload_id)])
    offline.end(upload_id)
    (first,) = offline.stack.mails(upload_id)
    offline.stack.sql(
        "UPDATE upload_history SET notified_at = NULL, notification_claimed_at = now() - interval '1 hour'"
        " WHERE upload_id = %s",
        upload_id,
    )
    offline.end(upload_id)
    offline.end(upload_id)
    (second,) = offline.stack.mails(upload_id, at_least=2, seconds=3)
    assert second["MessageAttributes"]["notification_id"] == first["MessageAttributes"]["notification_id"]


def test_an_upload_that_was_never_sent_expires_and_a_late_file_revives_it(offline: Offline) -> None:
    stack = offline.stack
    content = csv_of(sound_rows(1, tag()))
    with stack.api() as api:
        upload = api.post("/v1/uploads", json={"file_name": "late.csv"}).json()
    stack.sql(
        "UPDATE upload_history SET expires_at = now() - interval '1 minute' WHERE upload_id = %s", upload["upload_id"]
    )
    run_sweep(offline)
    expired = stack.ended(upload["upload_id"])
    assert (expired["status"], expired["failure"]["code"]) == ("expired", "FILE_NOT_RECEIVED")
    stack.drop(f"uploads/VEND001/{upload['upload_id']}/late.csv", content)
    completed = eventually(lambda: stack.find_uploads("VEND001", file_name="late.csv", status="completed"))
    assert completed[0]["failure"] is None
