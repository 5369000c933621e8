"""Direct drops whose event was lost."""

from datetime import timedelta
from typing import Any

from pipeline.stages.parse import receive_object
from pipeline.stages.sweep import look_for_drops
from tests.integration.offline import Offline
from tests.stack import csv_of, eventually, sound_rows, tag

NAMES = ("plain.csv", "with space+plus 100%.csv", "Größe-產品-😀.csv", "%2Fslash%20.csv")


def look(offline: Offline, *, stalled_after: timedelta = timedelta(0)) -> None:
    look_for_drops(offline.services, lambda: True, stalled_after=stalled_after)


def uploads_of(offline: Offline, folder: str) -> list[dict[str, Any]]:
    return offline.stack.sql(
        "SELECT * FROM upload_history WHERE file_s3_key LIKE %s ORDER BY file_s3_key, upload_timestamp", f"{folder}%"
    )


def test_every_version_of_every_drop_becomes_one_upload(offline: Offline, bucket: str) -> None:
    run, folder = tag(), "uploads/VEND003/"
    names = [f"{run}-{name}" for name in NAMES]
    for number, name in enumerate([*names, names[0]]):
        offline.stack.drop(folder + name, csv_of(sound_rows(1, f"{run}{number}")))
    offline.stack.drop(f"{folder}{run}/deeper.csv", b"ignored")
    look(offline, stalled_after=timedelta(minutes=1))
    assert uploads_of(offline, f"{folder}{run}") == []
    look(offline)
    eventually(lambda: len(uploads_of(offline, f"{folder}{run}")) == 5)
    uploads = uploads_of(offline, f"{folder}{run}")
    assert sorted(upload["file_name"] for upload in uploads) == sorted([*names, names[0]])
    assert len({upload["file_version_id"] for upload in uploads}) == 5
    eventually(lambda: {upload["status"] for upload in uploads_of(offline, f"{folder}{run}")} == {"completed"})
    look(offline)
    assert len(uploads_of(offline, f"{folder}{run}")) == 5


def test_a_drop_that_was_noted_and_never_begun_is_begun(offline: Offline, bucket: str) -> None:
    """Its parser died between adding the upload and claiming it. It is an upload by then, and must come to an end."""
    run, key = tag(), f"uploads/VEND003/{tag()}.csv"
    offline.stack.drop(key, csv_of(sound_rows(2, run)))
    (version,) = offline.stack.aws("s3").list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    upload_id = f"UPLOAD_20260101_000000_{run[:8]}"
    offline.stack.sql(
        "INSERT INTO upload_history (upload_id, vendor_id, file_name, file_s3_key, file_version_id, file_size_bytes)"
        " VALUES (%s, 'VEND003', 'x.csv', %s, %s, %s)", upload_id, key, version["VersionId"], version["Size"],
    )  # fmt: skip
    offline.stack.sweep()
    assert offline.stack.ended(upload_id, vendor="VEND003")["valid_records"] == 2
    assert len(uploads_of(offline, key)) == 1


def test_a_look_starts_no_more_drops_than_it_may(offline: Offline, bucket: str) -> None:
    run, folder = tag(), "uploads/VEND003/"
    for number in range(3):
        offline.stack.drop(f"{folder}{run}-{number}.csv", csv_of(sound_rows(1, f"{run}{number}")))

    def begun(count: int) -> bool:
        look_for_drops(offline.services, lambda: True, stalled_after=timedelta(0), most=2)
        return bool(eventually(lambda: len(uploads_of(offline, f"{folder}{run}")) == count))

    assert begun(2)
    assert begun(3)


def test_earlier_versions_of_a_drop_stand_before_it_whatever_event_comes_first(offline: Offline, bucket: str) -> None:
    run, key = tag(), f"uploads/VEND003/{tag()}.csv"
    for _ in range(3):
        offline.stack.drop(key, csv_of(sound_rows(1, run)))
    versions = offline.stack.aws("s3").list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    newest = versions[0]
    receive_object(
        offline.services, key=key, version_id=newest["VersionId"], size=newest["Size"], has_time=lambda: True
    )
    uploads = offline.stack.sql("SELECT * FROM upload_history WHERE file_s3_key = %s ORDER BY effective_at", key)
    assert [upload["file_version_id"] for upload in uploads] == [each["VersionId"] for each in versions[::-1]]
    assert [upload["status"] for upload in uploads] == ["awaiting_upload", "awaiting_upload", "processing"]
