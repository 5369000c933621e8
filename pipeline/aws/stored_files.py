"""The bucket as the web service reads it: downloads, and when a file arrived.

It reads in a different role than the one that signs upload URLs, so that nobody can copy objects with such a URL.
"""

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.aws.version_stream import address_of, open_version
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.outcome.attachments import AS_IT_IS, Attachment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DOWNLOAD_SECONDS = 300
_BEGINNING = 64 * 1024
# A page waits for what is read of a workbook: above all, the texts that its cells share.
_LARGEST_WORKBOOK, _MOST_UNPACKED, _WORKBOOK_BLOCK = 4 * 1024**2, 24 * 1024**2, 256 * 1024


class StoredFiles:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def is_reachable(self) -> bool:
        """Whether the bucket answers, even if only with "not found" or "access denied"."""
        try:
            self._client.head_object(Bucket=self._bucket, Key="errors/-")
        except ClientError as error:
            return error.response["Error"]["Code"] in {"404", "403", "NoSuchKey"}
        except BotoCoreError:
            return False
        return True

    def download_url(self, key: str, attachment: Attachment, version_id: str | None = None) -> str:
        """A presigned URL, valid for five minutes, that downloads one object.

        The response has the headers of `attachment`, not those the object was stored with, so no browser renders it.
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

    def beginning(self, key: str, version_id: str, size: int, limits: Limits) -> bytes:
        """The first bytes of a vendor's file, unpacked; nothing if the bucket does not give them."""
        from pipeline.reading.packed.unpack import unpack  # imported here because few requests need it

        address = address_of(self._bucket, key, version_id)
        try:
            with unpack(
                lambda: open_version(self._client, address, size, block_bytes=_BEGINNING), limits
            ).source() as file:
                return file.read(_BEGINNING)
        except (BotoCoreError, ClientError, UnacceptableFile):
            return b""

    def rows_of_sheet(
        self, key: str, version_id: str, size: int, limits: Limits, *, sheet: str, below: int, most: int
    ) -> list[list[str]]:
        """The first rows of a workbook's sheet below a sheet row; none if that takes long, or cannot be read."""
        from pipeline.reading.workbook.book import open_workbook  # imported here because few requests need it
        from pipeline.reading.workbook.choice import filled_rows

        if size > _LARGEST_WORKBOOK:
            return []
        address = address_of(self._bucket, key, version_id)
        try:
            with (
                open_version(self._client, address, size, block_bytes=_WORKBOOK_BLOCK) as file,
                open_workbook(file, limits, most_unpacked=_MOST_UNPACKED) as book,
            ):
                rows = (row.cells for row in filled_rows(book.rows(sheet)) if row.sheet_row > below)
                return list(islice(rows, most))
        except (BotoCoreError, ClientError, UnacceptableFile):
            return []

    def arrived_at(self, key: str, version_id: str) -> datetime | None:
        """When this version was completely stored, to the second; None if the bucket does not say."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key, VersionId=version_id)["LastModified"]
        except (BotoCoreError, ClientError):
            return None

    def is_gone(self, key: str, version_id: str) -> bool:
        """Whether this version cannot be read any more; no if the bucket does not answer, because it may yet."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=key, VersionId=version_id)
        except ClientError as error:
            # S3 answers 403 for what is not there, because this role may not list the bucket.
            is_head = error.operation_name == "HeadObject"
            return is_head and error.response["Error"]["Code"] in {"404", "403", "NoSuchKey", "NoSuchVersion"}
        except BotoCoreError:
            return False
        return False
