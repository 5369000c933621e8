"""A staging table of a test's own, beside the stack's: same keys, without the index."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import StreamSpecificationTypeDef


def make_staging_table(dynamodb: "DynamoDBClient", name: str, *, is_streamed: bool = False) -> str:
    """Returns the stream's ARN; an empty text without one."""
    stream: StreamSpecificationTypeDef = {"StreamEnabled": is_streamed}
    if is_streamed:
        stream["StreamViewType"] = "NEW_IMAGE"
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "upload_id", "KeyType": "HASH"},
            {"AttributeName": "record_id", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "upload_id", "AttributeType": "S"},
            {"AttributeName": "record_id", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification=stream,
    )
    return made["TableDescription"].get("LatestStreamArn", "")
