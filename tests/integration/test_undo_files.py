"""The file of an undo: written once or twice, or after its message was lost; and its records, delivered again."""

from datetime import UTC, datetime, timedelta

from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.uploads import UploadStatus, new_upload_id
from pipeline.postgres import undos
from pipeline.postgres.queries import uploads
from pipeline.postgres.rows import Upload
from pipeline.stages.parse import start_upload
from pipeline.stages.sweep import sweep
from pipeline.stages.undo_file import write_undo_file
from tests.integration.fix_files import ended
from tests.integration.offline import Offline
from tests.stack import csv_of, eventually, sound_rows, tag

ODD_KEYS = ('=1+1"{run}', "-{run},2", "'+{run}", "Größe {run}", "#N/A {run}")


def undo_of(offline: Offline, upload_id: str) -> str:
    """A new undo without its file. No event tells of its file."""
    now = datetime.now(UTC)
    undo_id = new_upload_id(now)
    upload = Upload(
        upload_id=undo_id,
        vendor_id="VEND001",
        file_name="products_undo.csv",
        file_s3_key=f"offline/{undo_id}/products_undo.csv",
        undo_of=upload_id,
        status=UploadStatus.PROCESSING,
        mode=UploadMode.UPDATE,
        decisions=Decisions(UploadMode.UPDATE).as_json(),
        upload_timestamp=now,
        processing_started_at=now,
        last_progress_at=now,
    )
    with offline.services.database.transaction() as cursor:
        assert undos.lock_for_undo(cursor, upload_id) is None
        uploads.add_undo(cursor, upload)
    return undo_id


def versions(offline: Offline, undo_id: str) -> list[tuple[str, str]]:
    """The versions of an undo's file, the oldest first."""
    s3, bucket = offline.stack.aws("s3"), offline.stack.description["bucket"]
    key = f"offline/{undo_id}/products_undo.csv"
    return [
        (each.version_id, s3.get_object(Bucket=bucket, Key=key, VersionId=each.version_id)["Body"].read().decode())
        for each in offline.services.object_store.versions(key)
    ]


def process(offline: Offline, undo_id: str, version_id: str, content: str) -> None:
    """Parses a version, and delivers each of its records twice."""
    start_upload(offline.services, undo_id, version_id=version_id, size=len(content.encode()), has_time=lambda: True)
    events = offline.events(undo_id)
    offline.deliver([events, events])
    offline.end(undo_id)


def counts(offline: Offline, undo_id: str) -> tuple[int, int, int]:
    (upload,) = offline.stack.sql(
        "SELECT total_records, removed_records, error_records FROM upload_history WHERE upload_id = %s", undo_id
    )
    return upload["total_records"], upload["removed_records"], upload["error_records"]


def test_a_file_that_is_written_twice_is_the_same_and_processed_once(offline: Offline) -> None:
    run = tag()
    keys = [key.format(run=run).replace('"', '""') for key in ODD_KEYS]
    upload_id = ended(offline, csv_of([f'"{key}",Lamp,Electronics,"{key}",9.90,5' for key in keys]))
    undo_id = undo_of(offline, upload_id)
    for _ in range(2):
        write_undo_file(offline.services, undo_id)
    (first, content), (second, again) = versions(offline, undo_id)
    assert content == again
    assert content.splitlines()[:2] == [
        "\ufeff_undo_row,vendor_product_id,sku,product_name",
        f'1,"=1+1""{run}","=1+1""{run}",',
    ]
    for version_id in (second, first):
        process(offline, undo_id, version_id, content)
    assert counts(offline, undo_id) == (5, 5, 0)
    assert offline.stack.sql("SELECT 1 FROM products WHERE upload_id = %s", upload_id) == []
    assert len(offline.stack.sql("SELECT 1 FROM record_changes WHERE upload_id = %s", undo_id)) == 5
    assert {item["status"]["S"] for item in offline.items(undo_id)} == {"validated"}
    write_undo_file(offline.services, undo_id)
    assert len(versions(offline, undo_id)) == 2


def test_the_file_of_an_undo_whose_message_was_lost_is_asked_for_again(offline: Offline) -> None:
    undo_id = undo_of(offline, ended(offline, csv_of(sound_rows(2, tag()))))
    sweep(offline.services, lambda: True, stalled_after=timedelta(0))
    queue = offline.environment["ONBOARDING_ERROR_QUEUE_URL"]

    def is_asked_for() -> bool:
        answer = offline.stack.aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        messages = answer.get("Messages", [])
        return any(undo_id in each["Body"] and "undo_requested" in each["Body"] for each in messages)

    eventually(is_asked_for)
    write_undo_file(offline.services, undo_id)
    ((version_id, content),) = versions(offline, undo_id)
    process(offline, undo_id, version_id, content)
    assert counts(offline, undo_id) == (2, 2, 0)
