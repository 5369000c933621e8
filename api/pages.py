"""The pages of portal and console, put in place when the first of them is asked for.

They are half of the service's code, and a program that wakes a function of Lambda waits for none of it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from itertools import chain

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api import console, portal
from api.dependencies import InTurn
from api.portal import refusals

_WITHOUT_PAGES = (*refusals.PROGRAMS, "/docs", "/assets/", "/r/")


def install(app: FastAPI) -> None:
    refusals.install(app)
    app.state.add_pages = cache(lambda: _add(app))
    app.add_middleware(_AddedInTime, add=app.state.add_pages)


@asynccontextmanager
async def prepared(app: FastAPI) -> AsyncIterator[None]:
    """What a server does before its first request. A function of Lambda does not: there every start is somebody's."""
    from api.portal.pages import compile_templates

    app.state.add_pages()
    compile_templates()
    yield


class _AddedInTime:
    def __init__(self, app: ASGIApp, add: Callable[[], None]) -> None:
        self._app, self._add = app, add

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(_WITHOUT_PAGES):
            self._add()
        await self._app(scope, receive, send)


def _add(app: FastAPI) -> None:
    for router in chain(portal.routers(), console.routers()):
        app.include_router(router, dependencies=[InTurn])
