"""Assets: the static files of pages and documentation, each compressed once and cached in memory."""

import gzip
from os import PathLike, stat_result
from pathlib import Path

from anyio import Lock
from fastapi import Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_TOO_SMALL = 1024
_LEVEL = 6


class CompressedFiles(StaticFiles):
    """Static files, sent compressed to clients that accept gzip.

    Pages are not compressed: the length of a compressed page can reveal a secret in it.
    """

    def __init__(self, directory: str | Path) -> None:
        super().__init__(directory=directory)
        self._lock = Lock()
        self._copies: dict[str, tuple[str, bytes]] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if not isinstance(response, FileResponse) or int(response.headers["Content-Length"]) < _TOO_SMALL:
            return response
        response.headers["Vary"] = "Accept-Encoding"
        request_headers = Headers(scope=scope)
        if scope["method"] != "GET" or "Range" in request_headers or not _accepts_gzip(request_headers):
            return response
        content = await self._compressed_copy(str(response.path), response.headers["ETag"])
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(content, response.status_code, headers | {"Content-Encoding": "gzip"})

    async def _compressed_copy(self, path: str, etag: str) -> bytes:
        async with self._lock:  # several requests may want the first copy at once
            cached_etag, content = self._copies.get(path, ("", b""))
            if cached_etag != etag:
                content = await run_in_threadpool(_compressed, path)  # in a thread: the event loop serves all others
                self._copies[path] = etag, content
        return content


class VersionedFiles(CompressedFiles):
    """Our own assets; clients may cache an address with a version for ever."""

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _accepts_gzip(headers: Headers) -> bool:
    return "gzip" in headers.get("Accept-Encoding", "")


def _compressed(path: str) -> bytes:
    # Without `mtime`, gzip would add the current time, and two copies of a file would differ.
    return gzip.compress(Path(path).read_bytes(), _LEVEL, mtime=0)
