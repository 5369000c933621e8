"""The bucket, as far as support looks at it: when a file arrived there."""

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class StoredFiles:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def arrived_at(self, key: str, version_id: str) -> datetime | None:
        """When this version was complete in the bucket, to the second; None if it cannot be said."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key, VersionId=version_id)["LastModified"]
        except (BotoCoreError, ClientError):
            return None
