"""Lambda: asks csv-parser to start or go on with an upload in an invocation of its own."""

import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class ParserFunction:
    def __init__(self, client: "LambdaClient", name: str) -> None:
        self._client, self._name = client, name

    def start(self, upload_id: str) -> None:
        """Reads the upload's file, which is known to be there, from its first row."""
        self._invoke({"upload_id": upload_id})

    def go_on(self, upload_id: str, *, after_row: int, lease_token: str) -> None:
        """Stages the records after `after_row`; the lease is handed over with its token."""
        self._invoke({"upload_id": upload_id, "after_row": after_row, "lease_token": lease_token})

    def file_arrived(self, key: str, version_id: str, size: int) -> None:
        """Says of an object what S3's own event would have said."""
        arrived = {"key": quote_plus(key, safe="/"), "versionId": version_id, "size": size}
        self.again({"Records": [{"s3": {"object": arrived}}]})

    def again(self, event: dict[str, object]) -> None:
        """Hands over an event that was given up on before."""
        self._invoke(event)

    def _invoke(self, event: dict[str, object]) -> None:
        self._client.invoke(FunctionName=self._name, InvocationType="Event", Payload=json.dumps(event))
