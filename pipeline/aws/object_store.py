"""The bucket: vendors' files, read as one version of one object, and the reports on them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from pipeline.aws.version_stream import address_of, open_version
from pipeline.outcome.attachments import report_attachment
from pipeline.reading.block_stream import as_file

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BLOCK = 4 * 1024 * 1024
_PART = 5 * 1024 * 1024  # the smallest that S3 allows
_PARTS_IN_FLIGHT = 3


@dataclass(frozen=True, slots=True)
class Drop:
    """A direct drop: one version of an object that a vendor's own tool put into the bucket."""

    key: str
    version_id: str
    size: int
    put_at: datetime


class ObjectStore:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self.bucket = client, bucket

    def open(self, key: str, version_id: str, size: int, on_read: Callable[[], None] = lambda: None) -> BinaryIO:
        """One version of an object as a byte stream that keeps one block in memory.

        `on_read` is called whenever some of it is read.
        """
        address = address_of(self.bucket, key, version_id)
        return open_version(self._client, address, size, block_bytes=_BLOCK, on_read=on_read)

    def newest_version(self, key: str) -> tuple[str, int] | None:
        """The version id and size in bytes of an object, or None if nothing is there."""
        try:
            head = self._client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise
        return head.get("VersionId", "null"), head["ContentLength"]

    def vendor_folders(self) -> Iterator[str]:
        """The folders directly below `uploads/`, each with a trailing slash."""
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix="uploads/", Delimiter="/"):
            for folder in page.get("CommonPrefixes", []):
                yield folder["Prefix"]

    def direct_drops(self, folder: str) -> Iterator[Drop]:
        """Every version of every object directly in a vendor's folder. Announced files lie one folder deeper."""
        # boto3 requests encoded keys and decodes them, because keys may have characters that XML cannot hold.
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=folder, Delimiter="/"):
            for version in page.get("Versions", []):
                yield Drop(version["Key"], version["VersionId"], version["Size"], version["LastModified"])

    def versions(self, key: str) -> list[Drop]:
        """Every version of one object, the oldest first."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key)
        versions = [
            Drop(key, version["VersionId"], version["Size"], version["LastModified"])
            for page in pages
            for version in page.get("Versions", [])
            if version["Key"] == key
        ]
        return versions[::-1]

    def write_report(self, key: str, blocks: Iterable[bytes]) -> None:
        """Streams a report of any length to the bucket."""
        attachment = report_attachment(key)
        self._write(key, blocks, {"ContentType": attachment.content_type, "ContentDisposition": attachment.disposition})

    def write_file(self, key: str, blocks: Iterable[bytes]) -> None:
        """Streams the file of an upload, of any length, to the bucket."""
        self._write(key, blocks, {"ContentType": "text/csv"})

    def _write(self, key: str, blocks: Iterable[bytes], headers: dict[str, str]) -> None:
        content = as_file(blocks, buffer_bytes=1 << 17)
        self._client.upload_fileobj(content, self.bucket, key, ExtraArgs=headers, Config=_transfer_config())

    def upload_url(self, key: str, size_bytes: int | None, seconds: int) -> tuple[str, dict[str, str]]:
        """A presigned PUT and its headers, except for the Content-Length that every client sends anyway.

        The signature covers the key, the expiry, the size if it is known, and the condition that the key is free.
        """
        params: dict[str, object] = {"Bucket": self.bucket, "Key": key, "IfNoneMatch": "*", "ContentType": "text/csv"}
        headers = {"Content-Type": "text/csv", "If-None-Match": "*"}
        if size_bytes is not None:
            params["ContentLength"] = size_bytes
        return self._client.generate_presigned_url("put_object", Params=params, ExpiresIn=seconds), headers

    def uploads_address(self) -> str:
        """The prefix of every presigned PUT, which the portal's security policy allows browsers to send files to."""
        return self.upload_url("uploads/", None, 1)[0].partition("?")[0]

    def put(self, key: str, content: bytes) -> None:
        """Stores a small file that was sent to the API itself. Does nothing if the key exists.

        Each upload has its own key, so an existing object is the same file, from a request whose answer was lost.
        """
        try:
            self._client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType="text/csv", IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise


def _transfer_config() -> TransferConfig:
    # Parts stay in memory until they are stored. boto3's default of ten parts of 8 MB fills half of a small function.
    config = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=_PARTS_IN_FLIGHT)
    config.max_in_memory_upload_chunks = _PARTS_IN_FLIGHT
    return config
