"""An upload that we cannot finish still ends, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from pipeline.stages.sweep import sweep
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag

PATIENCE = timedelta(minutes=2)


def stand_still(offline: Offline, upload_id: str, *, minutes: int, tries: int) -> None:
    """Makes an upload look stalled for a while, with attempts."""
    offline.stack.sql(
        "UPDATE upload_history SET tries = %s, last_progress_at = now() - make_interval(mins => %s),"
        " looked_at = now() - interval '3 minutes', lease_until = NULL, ending_until = NULL WHERE upload_id = %s",
        tries, minutes, upload_id,
    )  # fmt: skip


def swept(offline: Offline) -> None:
    sweep(offline.services, lambda: True, stalled_after=PATIENCE)


def upload_of(offline: Offline, upload_id: str) -> dict[str, Any]:
    with offline.stack.api() as api:
        upload: dict[str, Any] = api.get(f"/v1/uploads/{upload_id}").raise_for_status().json()
    return upload


@contextmanager
def file_gone(offline: Offline, upload_id: str) -> Iterator[None]:
    """Makes the stored file unreadable, by another version id."""
    uploads = offline.stack.sql("SELECT file_version_id FROM upload_history WHERE upload_id = %s", upload_id)
    offline.stack.sql("UPDATE upload_history SET file_version_id = 'gone' WHERE upload_id = %s", upload_id)
    yield
    offline.stack.sql(
        "UPDATE upload_history SET file_version_id = %s WHERE upload_id = %s", uploads[0]["file_version_id"], upload_id
    )


def test_an_upload_that_was_never_read_fails_as_ours(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(2, tag())), parse=False)
    offline.stack.sql("UPDATE upload_history SET status = 'processing' WHERE upload_id = %s", upload_id)
    stand_still(offline, upload_id, minutes=26, tries=5)
    swept(offline)
    offline.end(upload_id)
    upload = upload_of(offline, upload_id)
    assert (upload["status"], upload["failure"]["code"]) == ("failed", "PROCESSING_FAILED")
    assert (upload["total_records"], upload["valid_records"], upload["not_processed_records"]) == (None, 0, 0)
    (mail,) = offline.stack.mails(upload_id)
    assert mail["Subject"] == "Upload Failed"
    assert "The fault is ours" in mail["Message"]


@pytest.mark.parametrize(("minutes", "tries"), [(26, 4), (20, 9)])
def test_hope_ends_by_time_and_by_number(offline: Offline, minutes: int, tries: int) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(2, tag())))
    with file_gone(offline, upload_id):
        stand_still(offline, upload_id, minutes=minutes, tries=tries)
        swept(offline)
        assert upload_of(offline, upload_id)["status"] == "processing"
    stand_still(offline, upload_id, minutes=3, tries=0)
    swept(offline)
    offline.end(upload_id)
    assert upload_of(offline, upload_id)["status"] == "completed"


def test_what_was_checked_before_a_file_was_lost_is_kept_and_reported(offline: Offline) -> None:
    run = tag()
    rows = [*sound_rows(5, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,1,5"]
    upload_id = offline.arrive(csv_of([rows[0], rows[5], *rows[1:5]]))
    offline.deliver([offline.events(upload_id)[:2]])
    with file_gone(offline, upload_id):
        stand_still(offline, upload_id, minutes=26, tries=5)
        swept(offline)
        assert offline.stack.mails(upload_id, seconds=1) == []
    assert upload_of(offline, upload_id)["status"] == "processing"  # until its reports can be read
    offline.deliver([offline.events(upload_id)])  # too late: it is closed
    offline.end(upload_id)
    upload = upload_of(offline, upload_id)
    assert (upload["status"], upload["failure"]["code"]) == ("failed", "PROCESSING_FAILED")
    assert [upload[f"{part}_records"] for part in ("total", "valid", "error", "not_processed")] == [6, 1, 1, 4]
    assert len(offline.stack.sql("SELECT 1 FROM products WHERE upload_id = %s", upload_id)) == 1
    report = offline.stack.download(upload["links"]["error_report"]).text
    assert report.count("INVALID_CATEGORY") == 1
    (mail,) = offline.stack.mails(upload_id)
    assert "Download Errors:" in mail["Message"]
    offline.end(upload_id)
    assert offline.stack.mails(upload_id, seconds=1) == []


def test_an_upload_that_nobody_can_end_ends_without_reports_and_gets_them_later(offline: Offline) -> None:
    run = tag()
    upload_id = offline.arrive(csv_of([*sound_rows(1, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,1,5"]))
    offline.deliver([offline.events(upload_id)])
    stand_still(offline, upload_id, minutes=26, tries=5)
    swept(offline)
    upload = upload_of(offline, upload_id)
    assert (upload["status"], upload["failure"]["code"]) == ("failed", "PROCESSING_FAILED")
    assert [upload[f"{part}_records"] for part in ("valid", "error", "not_processed")] == [1, 1, 0]
    assert offline.stack.mails(upload_id, seconds=1) == []
    offline.end(upload_id)
    assert len(offline.stack.mails(upload_id)) == 1
    report = offline.stack.download(upload_of(offline, upload_id)["links"]["error_report"]).text
    assert report.count("INVALID_CATEGORY") == 1


def test_the_last_try_still_succeeds_if_it_can(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(3, tag())))
    stand_still(offline, upload_id, minutes=26, tries=7)
    swept(offline)
    offline.end(upload_id)
    assert upload_of(offline, upload_id)["valid_records"] == 3


def test_records_that_cannot_be_decided_end_as_our_errors(offline: Offline) -> None:
    """PostgreSQL refuses every product of this upload with a fault that neither repeating nor halving removes."""
    run = tag()
    upload_id = offline.arrive(csv_of(sound_rows(4, run)))
    offline.stack.sql(
        f"""
        CREATE FUNCTION refuse_{run}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.upload_id = '{upload_id}' THEN RAISE 'no' USING ERRCODE = '55000'; END IF; RETURN NEW;
        END $$;
        CREATE TRIGGER refuse_{run} BEFORE INSERT ON products FOR EACH ROW EXECUTE FUNCTION refuse_{run}();
        """
    )
    try:
        stand_still(offline, upload_id, minutes=26, tries=6)
        swept(offline)
    finally:
        offline.stack.sql(f"DROP TRIGGER refuse_{run} ON products; DROP FUNCTION refuse_{run}()")
    offline.end(upload_id)
    upload = upload_of(offline, upload_id)
    assert (upload["status"], upload["failure"], upload["error_records"]) == ("failed", None, 4)
    assert {error["error_type"] for error in offline.stack.errors(upload_id)} == {"PROCESSING_ERROR"}


def test_tries_are_counted_from_the_last_progress(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(2, tag())))
    with file_gone(offline, upload_id):
        for expected in (1, 2, 3):
            offline.stack.sql(
                "UPDATE upload_history SET last_progress_at = now() - interval '1 hour', lease_until = NULL,"
                " looked_at = looked_at - interval '3 minutes' WHERE upload_id = %s", upload_id,
            )  # fmt: skip
            swept(offline)
            (row,) = offline.stack.sql("SELECT tries FROM upload_history WHERE upload_id = %s", upload_id)
            assert row["tries"] == expected
        offline.deliver([offline.events(upload_id)[:1]])
        offline.stack.sql(
            "UPDATE upload_history SET last_progress_at = now() - interval '130 seconds', lease_until = NULL,"
            " looked_at = now() - interval '140 seconds' WHERE upload_id = %s", upload_id,
        )  # fmt: skip
        swept(offline)
        (row,) = offline.stack.sql("SELECT tries FROM upload_history WHERE upload_id = %s", upload_id)
        assert row["tries"] == 1
    swept_to_its_end(offline, upload_id)


def swept_to_its_end(offline: Offline, upload_id: str) -> None:
    stand_still(offline, upload_id, minutes=3, tries=0)
    swept(offline)
    offline.end(upload_id)
    assert upload_of(offline, upload_id)["is_final"]
