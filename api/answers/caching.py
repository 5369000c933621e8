"""Answers that a client may have already: `ETag` and `If-None-Match`."""

import hashlib

from fastapi import Request


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def knows(request: Request, etag: str) -> bool:
    """Whether the client has this very answer: a list of tags, weak ones too, or `*`."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return bool(known & {etag, "*"})
