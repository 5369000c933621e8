"""S3 events that come twice, out of order, for keys with any character, for versions that are not the newest."""

from typing import Any
from urllib.parse import quote_plus

import pytest

from pipeline.handlers import csv_parser
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag


class Context:
    """The part of Lambda's context that the parser uses."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def put(offline: Offline, bucket: str, key: str, content: bytes) -> dict[str, Any]:
    """Stores an object and returns the event that S3 sends for it."""
    stored = offline.stack.aws("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return {
        "eventName": "ObjectCreated:Put",
        "s3": {"object": {"key": quote_plus(key, "/"), "size": len(content), "versionId": stored["VersionId"]}},
    }


def arrive(*events: dict[str, Any]) -> None:
    csv_parser.handler({"Records": list(events)}, Context())  # type: ignore[arg-type]


def uploads_of(offline: Offline, key: str) -> list[dict[str, Any]]:
    return offline.stack.sql("SELECT * FROM upload_history WHERE file_s3_key = %s ORDER BY upload_timestamp", key)


def skus_of(offline: Offline, upload: dict[str, Any]) -> list[str]:
    offline.deliver([offline.events(upload["upload_id"])])
    products = offline.stack.sql("SELECT sku FROM products WHERE upload_id = %s ORDER BY sku", upload["upload_id"])
    return [product["sku"] for product in products]


def test_the_event_with_which_s3_tests_a_notification_is_nothing(offline: Offline) -> None:
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "any", "RequestId": "1", "HostId": "x"}
    csv_parser.handler(event, Context())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["a b.csv", "a+b.csv", "100%.csv", "a%20b.csv", "Größe.csv", "產品 😀.csv", "'; --.csv", "a&b=c?.csv", " .csv"],
)
def test_a_file_may_be_called_anything(offline: Offline, bucket: str, name: str) -> None:
    run = tag()
    key = f"uploads/VEND003/{run}{name}"
    arrive(put(offline, bucket, key, csv_of(sound_rows(1, run))))
    (upload,) = uploads_of(offline, key)
    assert upload["file_name"] == f"{run}{name}"
    assert skus_of(offline, upload) == [f"S{run}-1"]


def test_each_version_of_a_drop_is_read_as_it_was_however_events_come(offline: Offline, bucket: str) -> None:
    run = tag()
    key = f"uploads/VEND003/{run}.csv"
    first = put(offline, bucket, key, csv_of(sound_rows(1, f"{run}a")))
    second = put(offline, bucket, key, csv_of(sound_rows(1, f"{run}b")))
    arrive(second, first, second)
    arrive(first)
    older, newer = uploads_of(offline, key)
    assert (skus_of(offline, newer), skus_of(offline, older)) == ([f"S{run}b-1"], [f"S{run}a-1"])


def test_the_version_whose_event_came_first_is_the_file_of_an_announced_upload(offline: Offline, bucket: str) -> None:
    run = tag()
    with offline.stack.api("VEND003") as api:
        upload_id = api.post("/v1/uploads", json={"file_name": "mine.csv"}).json()["upload_id"]
    key = f"uploads/VEND003/{upload_id}/mine.csv"
    first = put(offline, bucket, key, csv_of(sound_rows(1, f"{run}a")))
    second = put(offline, bucket, key, csv_of(sound_rows(2, f"{run}b")))
    arrive(first)
    arrive(second, first)
    (upload,) = uploads_of(offline, key)
    assert (upload["total_records"], skus_of(offline, upload)) == (1, [f"S{run}a-1"])


@pytest.mark.parametrize("key", ["uploads/alone.csv", "uploads/VEND003/folder/{}.csv", "uploads/VEND003/a/b/{}.csv"])
def test_a_key_of_another_shape_is_no_upload(offline: Offline, bucket: str, key: str) -> None:
    key = key.format(tag())
    arrive(put(offline, bucket, key, csv_of(sound_rows(1, tag()))))
    assert uploads_of(offline, key) == []
