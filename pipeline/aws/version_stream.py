"""One version of an object in the bucket, as a file that is read anywhere and keeps one block in memory."""

import io
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BUFFER = 1 << 14
_ATTEMPTS = 3


def open_version(
    client: "S3Client",
    address: dict[str, str],
    size: int,
    *,
    block_bytes: int,
    on_read: Callable[[], None] = lambda: None,
) -> BinaryIO:
    """The object of `address`, in the words of S3. `on_read` is called whenever some of it is read."""
    return cast(BinaryIO, io.BufferedReader(_VersionStream(client, address, size, block_bytes, on_read), _BUFFER))


def address_of(bucket: str, key: str, version_id: str) -> dict[str, str]:
    return {"Bucket": bucket, "Key": key} | ({"VersionId": version_id} if version_id != "null" else {})


class _VersionStream(io.RawIOBase):
    """Fetched by range requests, so that a slow reader holds no connection open for hours."""

    def __init__(
        self, client: "S3Client", address: dict[str, str], size: int, block_bytes: int, on_read: Callable[[], None]
    ) -> None:
        self._client, self._address, self._size, self._on_read = client, address, size, on_read
        self._block_bytes = block_bytes
        self._at = self._begin = 0
        self._block = memoryview(b"")
        """The bytes from `_begin` on that were fetched last."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # Of a packed file, few bytes may stand for many rows, so each read may renew a lease, not only each fetch.
        self._on_read()
        if self._at >= self._size:
            return 0
        if not 0 <= self._at - self._begin < len(self._block):
            last = min(self._at + self._block_bytes, self._size) - 1
            content = self._fetch(self._at, last)
            # ministack ignores the range of an object's version, and gives all of it.
            self._begin = 0 if len(content) > last - self._at + 1 else self._at
            self._block = memoryview(content)
        rest = self._block[self._at - self._begin :]
        count = min(len(buffer), len(rest))
        buffer[:count] = rest[:count]
        self._at += count
        return count

    def _fetch(self, begin: int, last: int) -> bytes:
        # boto3 does not retry a connection that breaks while the body is read, so this does.
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._client.get_object(**self._address, Range=f"bytes={begin}-{last}")  # type: ignore[arg-type]
                return answer["Body"].read()
            except BotoCoreError:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")
