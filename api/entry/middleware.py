"""Middleware for every request: size limits, request ids, security headers, one log line."""

from uuid import uuid4

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers.problem_handlers import render
from api.answers.problems import TOO_LARGE, duplicate_names, may_be_large, too_large
from api.entry.bounds import garbled_text
from pipeline.logs import log

_MAX_JSON_BYTES = 1024 * 1024
_MULTIPART_OVERHEAD = 64 * 1024
_MAY_REPEAT = frozenset({"status", "outcome"})

_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


def install(app: FastAPI, *, max_file_bytes: int) -> None:
    """Adds the middleware, with the size limit outermost."""
    app.middleware("http")(_answer)
    # Added last, so it runs first: a body whose Content-Length is too large is refused before any of it is read.
    app.add_middleware(_BodyLimit, max_file_bytes=max_file_bytes)


async def _answer(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Gives the request an id that is in its answer (`X-Request-Id`) and in every log line about it."""
    request.state.request_id = f"req_{uuid4().hex}"
    refusal = garbled_text(request.scope) or duplicate_names(request.query_params.multi_items(), may_repeat=_MAY_REPEAT)
    response: Response = render(request, refusal) if refusal else await call_next(request)
    response.headers["X-Request-Id"] = request.state.request_id
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)  # pages set a policy of their own
    if allowance := getattr(request.state, "allowance", None):
        response.headers["RateLimit-Limit"] = str(allowance.limit)
        response.headers["RateLimit-Remaining"] = str(allowance.remaining)
        response.headers["RateLimit-Reset"] = str(allowance.reset)
    log(
        "api.answered",
        method=request.method,
        route=getattr(request.scope.get("route"), "path", None),
        upload_id=request.path_params.get("upload_id"),
        status=response.status_code,
        request_id=request.state.request_id,
    )
    return response


class _BodyLimit:
    """Refuses bodies over the limit; counts the bytes as they arrive, because Content-Length may be wrong or absent."""

    def __init__(self, app: ASGIApp, max_file_bytes: int) -> None:
        self._app, self._max_file_bytes = app, max_file_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._max_file_bytes + _MULTIPART_OVERHEAD if may_be_large(scope["path"]) else _MAX_JSON_BYTES
        announced = dict(scope["headers"]).get(b"content-length", b"")
        if announced.isdigit() and int(announced) > limit:
            scope[TOO_LARGE] = True
        received = 0

        async def count_bytes() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                scope[TOO_LARGE] = True
                raise too_large(scope["path"])
            return message

        await self._app(scope, count_bytes, send)
