"""Lambda: has csv-parser start or continue an upload in an invocation of its own."""

import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class ParserFunction:
    def __init__(self, client: "LambdaClient", name: str) -> None:
        self._client, self._name = client, name

    def start(self, upload_id: str) -> None:
        """Reads the upload's file from its first row. The file must be in the bucket."""
        self._invoke({"upload_id": upload_id})

    def continue_upload(self, upload_id: str, *, after_row: int, lease_token: str) -> None:
        """Stages the records after `after_row`. The token hands the lease over to the new invocation."""
        self._invoke({"upload_id": upload_id, "after_row": after_row, "lease_token": lease_token})

    def file_arrived(self, key: str, version_id: str, size: int) -> None:
        """Sends the event that S3 sends for an object."""
        arrived = {"key": quote_plus(key, safe="/"), "versionId": version_id, "size": size}
        self.redrive({"Records": [{"s3": {"object": arrived}}]})

    def redrive(self, event: dict[str, object]) -> None:
        """Sends an event that became a dead letter."""
        self._invoke(event)

    def _invoke(self, event: dict[str, object]) -> None:
        self._client.invoke(FunctionName=self._name, InvocationType="Event", Payload=json.dumps(event))
