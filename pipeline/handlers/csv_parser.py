"""csv-parser: invoked by S3 when a file arrives, by itself to hand over, and by the sweeper."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.domain.uploads import key_of_event
from pipeline.handlers.time_left import time_check
from pipeline.logs import log
from pipeline.services import services
from pipeline.stages.parse import continue_upload, receive_object, start_upload


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """An S3 event, or `{"upload_id": …}`, with `after_row` and `lease_token` to continue an upload."""
    has_time = time_check(context, services().settings.handover_seconds)
    if "lease_token" in event:
        token = UUID(event["lease_token"])
        continue_upload(services(), event["upload_id"], after_row=event["after_row"], token=token, has_time=has_time)
    elif "upload_id" in event:
        start_upload(services(), event["upload_id"], has_time=has_time)
    for record in event.get("Records", ()):  # the test event that S3 sends has none
        item = record["s3"]["object"]
        key = key_of_event(item["key"])
        if key is None:
            log("upload.key_ignored", version_id=item.get("versionId"))
            continue
        receive_object(
            services(),
            key=key,
            version_id=item.get("versionId", "null"),
            size=item["size"],
            has_time=has_time,
        )
