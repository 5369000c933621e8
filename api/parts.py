"""The parts of the web service, each put in place when somebody asks for the first of its paths.

A program that wakes a function of Lambda waits for what takes files and tells their state (`api/uploads.py`), and for
none of the rest.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.types import Receive, Scope, Send

from api import console, portal
from api.dependencies import InTurn
from api.portal import error_pages


def install(app: FastAPI) -> None:
    """No path may belong to two parts: the first that knows it answers, be it that the method is not allowed."""
    error_pages.install(app)
    parts = _Parts(app)
    app.state.add_all_parts = parts.add_all
    app.router.default = parts


@asynccontextmanager
async def prepared(app: FastAPI) -> AsyncIterator[None]:
    """What a server does before its first request. A function of Lambda does not: there every start is somebody's."""
    from api.portal.pages import compile_templates

    app.state.add_all_parts()
    compile_templates()
    yield


class _Parts:
    """Where a request goes whose path is not known: back again, until there is nothing to add."""

    def __init__(self, app: FastAPI) -> None:
        self._router, self._not_found = app.router, app.router.default
        self._waiting: deque[Callable[[], Iterator[APIRouter]]] = deque(
            (_for_programs, portal.routers, console.routers)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._waiting:
            self._add_next()
            await self._router.app(scope, receive, send)
        else:
            await self._not_found(scope, receive, send)

    def add_all(self) -> None:
        while self._waiting:
            self._add_next()

    def _add_next(self) -> None:
        for router in list(self._waiting[0]()):
            self._router.include_router(router, dependencies=[InTurn])
        self._waiting.popleft()  # last: what could not be imported is tried again


def _for_programs() -> Iterator[APIRouter]:
    from api import links, me, products, reference, support, upload_errors, webhooks

    for part in (upload_errors, products, support, reference, me, links, webhooks):
        yield part.router
