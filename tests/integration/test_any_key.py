"""Any object under any key is an upload or is ignored, and hinders nothing else."""

from datetime import timedelta

import pytest

from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.sweep import look_for_drops, sweep
from tests.integration.offline import Offline
from tests.integration.test_drops import look, uploads_of
from tests.stack import csv_of, eventually, sound_rows, tag

NOW = timedelta(0)
UPLOAD_ID = "UPLOAD_20261122_103045_k3m2x2pa"
IGNORED = ("nul\0.csv", f"{UPLOAD_ID}/nul\0.csv", "deep/er/file.csv", "slash/", f"{UPLOAD_ID}/", "/x.csv")
ACCEPTED = (
    "lf\n.csv", "crlf\r\n.csv", "cr\r.csv", "tab\t.csv", "\x7f\x1b.csv", "\ufffe.csv", "\uffff.csv", "%00.csv",
    "%2F.csv", "a+b c.csv", "😀.csv", "\"'<&>.csv", "\\.csv", "*?.csv", "\u202egnp", "x" * 900, "é" * 450, UPLOAD_ID,
)  # fmt: skip


@pytest.fixture
def folder() -> str:
    """A folder that belongs to no vendor, so that its files are uploads that fail at once."""
    return f"uploads/{tag()}/"


def test_every_key_is_an_upload_or_ignored(offline: Offline, bucket: str, folder: str) -> None:
    for name in (*IGNORED, *ACCEPTED):
        offline.stack.drop(folder + name, b"x")
    offline.stack.drop("uploads/nul\0/x.csv", b"x")
    offline.stack.drop("uploads/line\nbreak/x.csv", b"x")
    sound = f"uploads/VEND003/{tag()}.csv"
    offline.stack.drop(sound, csv_of(sound_rows(1, tag())))
    assert look_for_drops(offline.services, lambda: True, stalled_after=NOW) == 0
    eventually(lambda: len(uploads_of(offline, folder)) == len(ACCEPTED))
    eventually(lambda: {each["status"] for each in uploads_of(offline, folder)} == {"failed"})
    eventually(lambda: [each["status"] for each in uploads_of(offline, sound)] == ["completed"])
    assert {each["file_name"] for each in uploads_of(offline, folder)} == {name[:255] for name in ACCEPTED}


def test_a_file_whose_name_breaks_the_line_is_read(offline: Offline, bucket: str) -> None:
    key = f"uploads/VEND003/{tag()}\n.csv"
    offline.stack.drop(key, csv_of(sound_rows(2, tag())))
    look(offline)
    eventually(lambda: [each["valid_records"] for each in uploads_of(offline, key)] == [2])


def test_events_of_such_keys_hinder_no_other(offline: Offline, folder: str) -> None:
    before = offline.stack.sweep(look_for_drops=True)["faults"]  # what other tests have left broken
    for name in (*IGNORED, *ACCEPTED):
        offline.stack.drop(folder + name, b"x")
    sound = f"uploads/VEND003/{tag()}.csv"
    offline.stack.drop(sound, csv_of(sound_rows(1, tag())))
    eventually(lambda: [each["status"] for each in uploads_of(offline, sound)] == ["completed"])
    eventually(lambda: len(uploads_of(offline, folder)) == len(ACCEPTED))
    assert offline.stack.sweep(look_for_drops=True)["faults"] <= before


def test_a_bucket_that_cannot_be_listed_is_a_fault_and_no_more(offline: Offline) -> None:
    services = Services(Settings(bucket="nobodys-bucket"))
    assert look_for_drops(services, lambda: True, stalled_after=NOW) == 1


def test_an_upload_that_cannot_be_moved_on_holds_up_no_other(offline: Offline) -> None:
    run = tag()
    undecided = offline.arrive(csv_of(sound_rows(2, run)))
    unread = offline.arrive(csv_of(sound_rows(1, tag())), parse=False)
    offline.stack.sql(
        "UPDATE upload_history SET file_version_id = %s, upload_timestamp = upload_timestamp - interval '1 hour'"
        " WHERE upload_id = %s",
        offline.stored[unread][1],
        unread,
    )
    assert sweep(Services(Settings(parser_function="nobodys-function")), lambda: True, stalled_after=NOW) >= 1
    assert offline.result(undecided, run)["upload"]["valid_records"] == 2


def test_a_step_that_fails_holds_up_no_other(offline: Offline) -> None:
    """Nothing can be sent to the queue, so no upload ends, but everything else is done."""
    run = tag()
    undecided = offline.arrive(csv_of(sound_rows(2, run)))
    ended = offline.arrive(csv_of(sound_rows(1, tag())))
    offline.deliver([offline.events(ended)])
    queue = f"{offline.environment['ONBOARDING_ERROR_QUEUE_URL']}-gone"
    assert sweep(Services(Settings(error_queue_url=queue)), lambda: True, stalled_after=NOW) >= 1
    assert offline.result(undecided, run)["upload"]["valid_records"] == 2
