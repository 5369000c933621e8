"""product-validator: woken by the staging table's stream with a batch of new records."""

from collections import defaultdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.aws.batch_puts import Item
from pipeline.aws.staging import is_pending
from pipeline.logs import fault_told
from pipeline.services import services
from pipeline.stages.validate import validate_items


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A stream batch. Raises if it must come again: then all of it does, which changes nothing that is done.

    Our own status changes and TTL removals come on the same stream, and so do items that the sweeper
    wrote anew with their outcome: only what is inserted as pending is a new record.
    """
    by_upload: dict[str, list[Item]] = defaultdict(list)
    for record in event["Records"]:
        if record["eventName"] == "INSERT" and is_pending(record["dynamodb"]["NewImage"]):
            by_upload[record["dynamodb"]["NewImage"]["upload_id"]["S"]].append(record["dynamodb"]["NewImage"])
    for upload_id, items in by_upload.items():
        with fault_told("records.not_validated", upload_id=upload_id, records=len(items)):
            validate_items(services(), upload_id, items)
