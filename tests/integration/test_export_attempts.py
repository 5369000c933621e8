"""Two attempts at one export: what the row says is what the file shows."""

import csv
import io
import threading
from collections.abc import Iterable
from datetime import UTC, datetime

from pipeline.aws.object_store import ObjectStore
from pipeline.domain.columns import ListingStatus
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.exports import ExportFormat, new_export_id
from pipeline.postgres import exports
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.export import write_export
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag


class SlowStore(ObjectStore):
    """Sends a file only when it may."""

    def __init__(self, store: ObjectStore, reached: threading.Event, may_go_on: threading.Event) -> None:
        super().__init__(store._client, store.bucket)
        self._reached, self._may_go_on = reached, may_go_on

    def write_report(self, key: str, blocks: Iterable[bytes]) -> None:
        content = list(blocks)
        self._reached.set()
        assert self._may_go_on.wait(60)
        super().write_report(key, content)


def test_a_slow_attempt_does_not_replace_the_file_of_a_later_one(offline: Offline) -> None:
    run = tag()
    processed(offline, csv_of(sound_rows(1, run)), UploadMode.CREATE)
    export_id = pending_export(offline)
    reached, may_go_on = threading.Event(), threading.Event()
    slow = Services(Settings())
    slow.object_store = SlowStore(offline.services.object_store, reached, may_go_on)
    first = threading.Thread(target=write_export, args=(slow, export_id))
    first.start()
    assert reached.wait(60)
    processed(offline, csv_of([f"S{run}-1,7.00"], "sku,price"), UploadMode.UPDATE)
    write_export(offline.services, export_id)  # its message, delivered again
    may_go_on.set()
    first.join()
    assert price_in_file(offline, export_id, f"S{run}-1") == "7.00"


def processed(offline: Offline, content: bytes, mode: UploadMode) -> None:
    upload_id = offline.arrive(content, decisions=Decisions(mode))
    offline.deliver([offline.events(upload_id)])
    offline.end(upload_id)


def pending_export(offline: Offline) -> str:
    """An export of which no message tells."""
    export_id = new_export_id(datetime.now(UTC))
    with offline.services.database.transaction() as cursor:
        exports.add_export(
            cursor,
            export_id,
            "VEND001",
            export_format=ExportFormat.CSV,
            statuses={ListingStatus.ACTIVE},
            category=None,
            updated_since=None,
            columns=["vendor_product_id", "sku", "price"],
            created_by="test",
        )
    return export_id


def price_in_file(offline: Offline, export_id: str, sku: str) -> str:
    with offline.services.database.transaction() as cursor:
        export = exports.find_export(cursor, None, export_id)
    assert export
    bucket = offline.stack.description["bucket"]
    content = offline.stack.aws("s3").get_object(Bucket=bucket, Key=export.s3_key)["Body"].read()
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {row["sku"]: row["price"] for row in rows}[sku]
