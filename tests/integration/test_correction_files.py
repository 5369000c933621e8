"""The file of a correction: written once or twice, or after its message was lost."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.uploads import UploadStatus, new_upload_id
from pipeline.postgres import correction_rows
from pipeline.postgres.correction_rows import Fix, RowFix
from pipeline.postgres.queries import uploads
from pipeline.postgres.rows import Upload
from pipeline.stages.correct import write_corrected_file
from pipeline.stages.parse import start_upload
from pipeline.stages.sweep import sweep
from tests.integration.fix_files import corrected, ended, fix_rows, lineage, rejected_rows
from tests.integration.offline import Offline
from tests.stack import csv_of, eventually, sound_rows, tag

PRICE = Fix("INVALID_PRICE", "price", new_value="2.00")


@pytest.fixture
def parent(offline: Offline) -> str:
    run = tag()
    return ended(offline, csv_of([*sound_rows(2, run), *rejected_rows(run)]))


def correction_of(offline: Offline, parent_id: str, *fixes: Fix, rows: tuple[RowFix, ...] = ()) -> tuple[str, int]:
    """A new correction without its file, and how many rows it has. No event tells of its file."""
    now = datetime.now(UTC)
    child = new_upload_id(now)
    with offline.services.database.transaction() as cursor:
        found = uploads.find_upload(cursor, None, parent_id)
        assert found
        parent, _ = found
        upload = Upload(
            upload_id=child,
            vendor_id=parent.vendor_id,
            file_name="products_corrected.csv",
            file_s3_key=f"offline/{child}/products_corrected.csv",
            parent_upload_id=parent_id,
            status=UploadStatus.PROCESSING,
            decisions=parent.decisions,
            upload_timestamp=now,
            processing_started_at=now,
            last_progress_at=now,
        )
        uploads.add_correction(cursor, upload, parent)
        count = correction_rows.choose(cursor, child, parent_id, fixes=fixes, rows=rows, omit=())
    return child, count


def versions(offline: Offline, upload_id: str) -> list[tuple[str, bytes]]:
    """The versions of a correction's file, the oldest first."""
    s3, bucket = offline.stack.aws("s3"), offline.stack.description["bucket"]
    key = f"offline/{upload_id}/products_corrected.csv"
    stored = offline.services.object_store.versions(key)
    return [
        (each.version_id, s3.get_object(Bucket=bucket, Key=key, VersionId=each.version_id)["Body"].read())
        for each in stored
    ]


def process(offline: Offline, upload_id: str, version_id: str, size: int) -> None:
    start_upload(offline.services, upload_id, version_id=version_id, size=size, has_time=lambda: True)
    offline.deliver([offline.events(upload_id)])
    offline.end(upload_id)


def test_a_file_that_is_written_twice_is_the_same_and_processed_once(offline: Offline, parent: str) -> None:
    child, count = correction_of(offline, parent, PRICE)
    for _ in range(2):
        write_corrected_file(offline.services, child)
    (first, content), (second, again) = versions(offline, child)
    assert (count, content) == (3, again)
    for version_id in (second, first):
        process(offline, child, version_id, len(content))
    assert (lineage(offline, child), lineage(offline, parent)) == ((parent, 0), (None, 3))
    write_corrected_file(offline.services, child)
    assert len(versions(offline, child)) == 2


def test_a_lost_message_is_sent_again(offline: Offline, parent: str) -> None:
    child, _ = correction_of(offline, parent, PRICE)
    queue, url = offline.stack.aws("sqs"), offline.environment["ONBOARDING_ERROR_QUEUE_URL"]
    sweep(offline.services, lambda: True, stalled_after=timedelta(0))

    def is_queued() -> bool:
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return any(child in each["Body"] and "correction_requested" in each["Body"] for each in messages)

    assert eventually(is_queued)


def test_a_cancelled_correction_gets_no_file(offline: Offline, parent: str) -> None:
    child, _ = correction_of(offline, parent, PRICE)
    with offline.services.database.transaction() as cursor:
        found = uploads.find_upload(cursor, None, child)
        assert found
        assert uploads.cancel(cursor, found[0])
    write_corrected_file(offline.services, child)
    assert versions(offline, child) == []


def test_a_row_is_taken_from_the_fix_file_in_which_it_was_rejected_again(offline: Offline, parent: str) -> None:
    rows = fix_rows(offline, parent)
    rows[1] |= {"product_name": "Lampion", "price": "0"}
    again = ended(offline, corrected([rows[1]]))
    child, count = correction_of(offline, parent, PRICE)
    write_corrected_file(offline.services, child)
    ((version_id, content),) = versions(offline, child)
    lines = content.decode("utf-8-sig").splitlines()
    assert count == 3
    assert [line.split(",")[1] for line in lines] == ["product_name", "Lamp", "Lamp", "Lampion"]
    assert [line.rsplit(",", 1)[1] for line in lines[1:]] == [parent] * 3
    process(offline, child, version_id, len(content))
    assert (lineage(offline, parent)[1], lineage(offline, again)) == (3, (parent, 1))


def test_a_fix_for_one_value_is_preferred_to_one_for_all(offline: Offline) -> None:
    run = tag()
    rows = [f"P{run}-{n},Lamp,{name},S{run}-{n},1,5" for n, name in enumerate(("Oben", " UNTEN ", "x"))]
    parent = ended(offline, csv_of(rows))
    everything = Fix("INVALID_CATEGORY", "category", new_value="Books")
    child, count = correction_of(offline, parent, everything, Fix("INVALID_CATEGORY", "category", "unten", "Clothing"))
    write_corrected_file(offline.services, child)
    ((_, content),) = versions(offline, child)
    assert count == 3
    assert [line.split(",")[2] for line in content.decode().splitlines()[1:]] == ["Books", "Clothing", "Books"]
