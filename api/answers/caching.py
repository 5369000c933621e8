"""Conditional requests: `ETag` and `If-None-Match`."""

import hashlib

from fastapi import Request


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def client_has(request: Request, etag: str) -> bool:
    """Whether the client already has the answer with this ETag; `If-None-Match` is a list of tags or `*`."""
    tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return bool(tags & {etag, "*"})
