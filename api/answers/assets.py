"""Assets: the files that pages and the documentation are made of, each compressed once and then kept."""

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
    """Files of which most browsers get a compressed copy.

    Assets alone: how well a page compresses could tell what is secret in it. They are compressed in a thread, and
    once, because everybody else would wait for it.
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
        asked = Headers(scope=scope)
        if scope["method"] != "GET" or "gzip" not in asked.get("Accept-Encoding", "") or "Range" in asked:
            return response
        content = await self._compressed_copy(str(response.path), response.headers["ETag"])
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(content, response.status_code, headers | {"Content-Encoding": "gzip"})

    async def _compressed_copy(self, path: str, etag: str) -> bytes:
        async with self._lock:  # many may ask for the first copy at once
            kept_etag, content = self._copies.get(path, ("", b""))
            if kept_etag != etag:
                content = await run_in_threadpool(_compressed, path)
                self._copies[path] = etag, content
        return content


class VersionedFiles(CompressedFiles):
    """Our own assets; what is asked for by its version may be kept for ever."""

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _compressed(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), _LEVEL, mtime=0)
