"""DynamoDB `UploadRecords`, read-only: the staged records of an upload, for support."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.domain.uploads import record_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]


class StagingUnreachable(Exception):
    """The table cannot be read."""


@dataclass(frozen=True, slots=True)
class StagedItem:
    """One item of the table: `cells` by column name, `errors` as error types."""

    record_id: str
    row_number: int
    status: str
    created_at: datetime | None
    processed_at: datetime | None
    cells: dict[str, str]
    errors: Sequence[str]


class StagedRecords:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client, self._table = client, table

    def page(self, upload_id: str, *, after: str | None, limit: int) -> list[StagedItem]:
        """The items whose record ids follow `after`, in order. Empty also if they have expired."""
        start: Any = {"ExclusiveStartKey": {"upload_id": {"S": upload_id}, "record_id": {"S": after}}} if after else {}
        return self._query(
            KeyConditionExpression="upload_id = :upload_id",
            ExpressionAttributeValues={":upload_id": {"S": upload_id}},
            Limit=limit,
            **start,
        )

    def of_row(self, upload_id: str, row_number: int) -> list[StagedItem]:
        """A list with the item of one row, or an empty one."""
        return self._query(
            KeyConditionExpression="upload_id = :upload_id AND record_id = :record_id",
            ExpressionAttributeValues={":upload_id": {"S": upload_id}, ":record_id": {"S": record_id(row_number)}},
        )

    def _query(self, **query: Any) -> list[StagedItem]:
        try:
            answer = self._client.query(TableName=self._table, ConsistentRead=True, **query)
        except (BotoCoreError, ClientError) as error:
            raise StagingUnreachable(type(error).__name__) from error
        return [_staged_item(item) for item in answer["Items"]]


def _staged_item(item: Item) -> StagedItem:
    return StagedItem(
        record_id=item["record_id"]["S"],
        row_number=int(item["row_number"]["N"]),
        status=item["status"]["S"],
        created_at=_moment(item, "created_at"),
        processed_at=_moment(item, "processed_at"),
        cells={name: next(iter(value.values())) for name, value in item.get("product_data", {"M": {}})["M"].items()},
        errors=[error for error in item.get("error_reason", {"S": ""})["S"].split(",") if error],
    )


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
