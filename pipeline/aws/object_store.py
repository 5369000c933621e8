"""The bucket: vendors' files, one version of one object at a time, and the reports on them."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, cast

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.outcome.attachments import report_attachment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BLOCK = 4 * 1024 * 1024
_PART = 5 * 1024 * 1024  # as small as S3 allows
_PARTS_IN_FLIGHT = 3
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Drop:
    """One version of an object that a vendor's own tool put into the bucket."""

    key: str
    version_id: str
    size: int
    put_at: datetime


class ObjectStore:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self.bucket = client, bucket

    def open(self, key: str, version_id: str, size: int, on_block: Callable[[], None] = lambda: None) -> BinaryIO:
        """One version of an object as a stream of bytes that holds one block in memory at a time."""
        blocks = _Blocks(self._client, self.bucket, key, version_id, size, on_block)
        return cast(BinaryIO, io.BufferedReader(blocks, 1 << 17))

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
        """The folders right below `uploads/`, each with a slash at its end."""
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix="uploads/", Delimiter="/"):
            for folder in page.get("CommonPrefixes", []):
                yield folder["Prefix"]

    def direct_drops(self, folder: str) -> Iterator[Drop]:
        """Every version of every object right in a vendor's folder; what was announced lies one folder deeper."""
        # boto3 asks for encoded keys and decodes them: some characters of a key cannot stand in XML.
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=folder, Delimiter="/"):
            for version in page.get("Versions", []):
                yield Drop(version["Key"], version["VersionId"], version["Size"], version["LastModified"])

    def write_report(self, key: str, blocks: Iterable[bytes]) -> None:
        """Streams a CSV file of any length to the bucket."""
        attachment = report_attachment(key)
        self._client.upload_fileobj(
            io.BufferedReader(_Joined(blocks), 1 << 17),
            self.bucket,
            key,
            ExtraArgs={"ContentType": attachment.content_type, "ContentDisposition": attachment.disposition},
            Config=_in_small_parts(),
        )

    def upload_url(self, key: str, size_bytes: int | None, seconds: int) -> tuple[str, dict[str, str]]:
        """A presigned PUT and the headers to send with it, besides the Content-Length that every client sends.

        The signature covers the key, the expiry, the size if it is known, and that nothing is there yet.
        """
        params: dict[str, object] = {"Bucket": self.bucket, "Key": key, "IfNoneMatch": "*", "ContentType": "text/csv"}
        headers = {"Content-Type": "text/csv", "If-None-Match": "*"}
        if size_bytes is not None:
            params["ContentLength"] = size_bytes
        return self._client.generate_presigned_url("put_object", Params=params, ExpiresIn=seconds), headers

    def uploads_address(self) -> str:
        """What every presigned PUT begins with: the one place that the portal lets browsers send files to."""
        return self.upload_url("uploads/", None, 1)[0].partition("?")[0]

    def put(self, key: str, content: bytes) -> None:
        """Stores a small file that came through the API itself; one that is there already stays as it is.

        The key is an upload's own, so that can only be the same file: of a request whose answer was lost.
        """
        try:
            self._client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType="text/csv", IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise


def _in_small_parts() -> TransferConfig:
    """A part is held in memory until it is stored: ten of 8 MB, as boto3 has it, fill half of a small function."""
    config = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=_PARTS_IN_FLIGHT)
    config.max_in_memory_upload_chunks = _PARTS_IN_FLIGHT
    return config


class _Blocks(io.RawIOBase):
    """One object version, fetched block by block: a slow reader never holds a connection open for hours."""

    def __init__(
        self, client: "S3Client", bucket: str, key: str, version_id: str, size: int, on_block: Callable[[], None]
    ) -> None:
        self._client, self._size, self._on_block = client, size, on_block
        self._object = {"Bucket": bucket, "Key": key} | ({"VersionId": version_id} if version_id != "null" else {})
        self._at = 0
        self._block = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._block and self._at < self._size:
            self._block = memoryview(self._fetched(min(self._at + _BLOCK, self._size) - 1))
            self._at += len(self._block)
            self._on_block()
        count = min(len(buffer), len(self._block))
        buffer[:count] = self._block[:count]
        self._block = self._block[count:]
        return count

    def _fetched(self, until: int) -> bytes:
        """The next block. A connection that breaks while the body comes is not boto3's to repeat, so it is ours."""
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._client.get_object(**self._object, Range=f"bytes={self._at}-{until}")  # type: ignore[arg-type]
                return answer["Body"].read()
            except BotoCoreError:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")


class _Joined(io.RawIOBase):
    """Blocks of bytes as one file."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
