"""The bucket as the web service reads it: downloads, and when a file arrived.

It reads in another role than it signs upload addresses with: whoever has such an address copies nothing with it.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.outcome.attachments import AS_IT_IS, Attachment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DOWNLOAD_SECONDS = 300


class StoredFiles:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def is_reachable(self) -> bool:
        """Whether the bucket answers at all, even if only that nothing is there, or that nobody may look."""
        try:
            self._client.head_object(Bucket=self._bucket, Key="errors/-")
        except ClientError as error:
            return error.response["Error"]["Code"] in {"404", "403", "NoSuchKey"}
        except BotoCoreError:
            return False
        return True

    def download_url(self, key: str, attachment: Attachment, version_id: str | None = None) -> str:
        """A short-lived address that downloads one object.

        Its answer has the headers of `attachment`, whatever the object was stored with: no browser shows it.
        """
        params = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": attachment.disposition,
            "ResponseContentType": attachment.content_type,
            "ResponseContentEncoding": AS_IT_IS,
            "ResponseCacheControl": "private, no-store",
        } | ({"VersionId": version_id} if version_id else {})
        return self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=_DOWNLOAD_SECONDS)

    def arrived_at(self, key: str, version_id: str) -> datetime | None:
        """When this version was complete in the bucket, to the second; None if it cannot be said."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key, VersionId=version_id)["LastModified"]
        except (BotoCoreError, ClientError):
            return None
