"""csv-parser: woken by S3 when a file arrives, by itself when a file needs more time, by the sweeper."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.domain.uploads import key_of_event
from pipeline.handlers.time_left import time_left
from pipeline.logs import log
from pipeline.services import services
from pipeline.stages.parse import go_on_with_upload, object_arrived, start_upload


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """An S3 event, or `{"upload_id": …}` with what to start from. S3's own test event has no records."""
    has_time = time_left(context, services().settings.handover_seconds)
    if "lease_token" in event:
        token = UUID(event["lease_token"])
        go_on_with_upload(services(), event["upload_id"], after_row=event["after_row"], token=token, has_time=has_time)
    elif "upload_id" in event:
        start_upload(services(), event["upload_id"], has_time=has_time)
    for record in event.get("Records", ()):
        arrived = record["s3"]["object"]
        key = key_of_event(arrived["key"])
        if key is None:
            log("upload.key_ignored", version_id=arrived.get("versionId"))
            continue
        object_arrived(
            services(),
            key=key,
            version_id=arrived.get("versionId", "null"),
            size=arrived["size"],
            has_time=has_time,
        )
