"""The event of a bucket, as Amazon S3 sends it to a function."""

from urllib.parse import quote_plus

from tests.event_sources.events import Event, timestamp


def object_created(*, bucket: str, key: str, version_id: str, size: int, now: float = 0.0) -> Event:
    """The event for a new object, whose key is encoded as in a form."""
    stored = {"key": quote_plus(key, safe="/"), "size": size, "versionId": version_id, "eTag": "", "sequencer": "0"}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": timestamp(now),
        "eventName": "ObjectCreated:Put",
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": stored},
    }
    return {"Records": [record]}
