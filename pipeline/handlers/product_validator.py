"""product-validator: invoked by the staging table's stream with a batch of new records."""

from collections import defaultdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.aws.batch_puts import Item
from pipeline.aws.staging import is_pending
from pipeline.logs import log_and_reraise
from pipeline.services import services
from pipeline.stages.validate import validate_items


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A stream batch. Raises if the batch must be delivered again; records that are decided then stay as they are."""
    by_upload: dict[str, list[Item]] = defaultdict(list)
    for record in event["Records"]:
        # The stream also has our status changes, removals by TTL, and inserts by the sweeper, which are never pending.
        if record["eventName"] == "INSERT" and is_pending(record["dynamodb"]["NewImage"]):
            by_upload[record["dynamodb"]["NewImage"]["upload_id"]["S"]].append(record["dynamodb"]["NewImage"])
    for upload_id, items in by_upload.items():
        with log_and_reraise("records.not_validated", upload_id=upload_id, records=len(items)):
            validate_items(services(), upload_id, items)
