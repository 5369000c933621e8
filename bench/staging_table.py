"""A staging table for one test: the same keys as the stack's, without the index."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import StreamSpecificationTypeDef


def make_staging_table(dynamodb: "DynamoDBClient", name: str, *, is_streamed: bool = False) -> str:
    """Returns the ARN of the table's stream, or an empty string if it has none."""
    stream: StreamSpecificationTypeDef = {"StreamEnabled": is_streamed}
    if is_streamed:
        stream["StreamViewType"] = "NEW_IMAGE"
    table = dynamodb.create_table(
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
    return table["TableDescription"].get("LatestStreamArn", "")
