"""An upload ends once, by one worker; another one completes what a dead worker left."""

from pipeline.postgres import endings
from pipeline.stages.report import finish_upload
from tests.e2e.test_api import problem
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag


def decided(offline: Offline) -> str:
    run = tag()
    upload_id = offline.arrive(csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,1,5"]))
    offline.deliver([offline.events(upload_id)])
    return upload_id


def status_of(offline: Offline, upload_id: str) -> str:
    (upload,) = offline.stack.sql("SELECT status FROM upload_history WHERE upload_id = %s", upload_id)
    return str(upload["status"])


def test_reports_that_are_still_being_written_are_not_said_to_be_none(offline: Offline) -> None:
    upload_id = decided(offline)
    offline.stack.sql("UPDATE upload_history SET status = 'cancelled' WHERE upload_id = %s", upload_id)
    for report in ("errors.csv", "fix.csv"):
        early = offline.stack.download(f"/v1/uploads/{upload_id}/{report}")
        assert (problem(early), early.headers["Retry-After"]) == ((409, "NOT_FINAL"), "2")
        assert "being written" in early.json()["detail"]
    finish_upload(offline.services, upload_id)
    for report in ("errors.csv", "fix.csv"):
        assert offline.stack.download(f"/v1/uploads/{upload_id}/{report}").status_code == 200


def test_while_one_worker_writes_the_reports_another_does_nothing(offline: Offline) -> None:
    upload_id = decided(offline)
    with offline.services.database.transaction() as cursor:
        assert endings.begin_ending(cursor, upload_id)
    finish_upload(offline.services, upload_id)
    assert status_of(offline, upload_id) == "processing"
    offline.stack.sql("UPDATE upload_history SET ending_until = now() WHERE upload_id = %s", upload_id)
    finish_upload(offline.services, upload_id)
    assert status_of(offline, upload_id) == "partial"


def test_an_upload_that_is_not_decided_is_not_ended(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(2, tag())))
    finish_upload(offline.services, upload_id)
    assert status_of(offline, upload_id) == "processing"
    assert offline.stack.mails(upload_id, seconds=1) == []
