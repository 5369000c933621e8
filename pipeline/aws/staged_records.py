"""DynamoDB `UploadRecords`, read only: what support sees of an upload's records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.domain.uploads import record_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]


class StagingSilent(Exception):
    """Raised when the table cannot be asked."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One item: `cells` is what it holds of the product, `errors` what it was rejected for."""

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

    def page(self, upload_id: str, *, after: str | None, limit: int) -> list[Staged]:
        """Items in the order of their record ids, from the one after this on. Empty also when they have expired."""
        place: Any = {"ExclusiveStartKey": {"upload_id": {"S": upload_id}, "record_id": {"S": after}}} if after else {}
        return self._asked(
            KeyConditionExpression="upload_id = :upload_id",
            ExpressionAttributeValues={":upload_id": {"S": upload_id}},
            Limit=limit,
            **place,
        )

    def of_row(self, upload_id: str, row_number: int) -> list[Staged]:
        """The item of one row, or none."""
        return self._asked(
            KeyConditionExpression="upload_id = :upload_id AND record_id = :record_id",
            ExpressionAttributeValues={":upload_id": {"S": upload_id}, ":record_id": {"S": record_id(row_number)}},
        )

    def _asked(self, **query: Any) -> list[Staged]:
        try:
            answer = self._client.query(TableName=self._table, ConsistentRead=True, **query)
        except (BotoCoreError, ClientError) as error:
            raise StagingSilent(type(error).__name__) from error
        return [_staged(item) for item in answer["Items"]]


def _staged(item: Item) -> Staged:
    return Staged(
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
