"""The routes of the web service: those that a cold start imports, and two groups that are imported late."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from api import console, portal
from api.dependencies import InTurn
from api.late_router import LateRouter
from api.rest import health, uploads


class Parts:
    """All routes except the documentation. No path belongs to two parts."""

    def __init__(self) -> None:
        self.pages = LateRouter(_add_pages, default=APIRouter().not_found)
        self.programs = LateRouter(_add_programs, default=self.pages)

    def install(self, app: FastAPI) -> None:
        app.include_router(uploads.router, dependencies=[InTurn])
        app.include_router(health.router)
        app.router.default = self.programs

    @asynccontextmanager
    async def warm_up(self, _: FastAPI) -> AsyncIterator[None]:
        """Imports every route and compiles every template before a server's first request.

        Lambda functions skip it, because a caller waits for every cold start.
        """
        from api.portal.pages import compile_templates

        for part in (self.programs, self.pages):
            part.load()
        compile_templates()
        yield


def _add_programs(router: APIRouter) -> None:
    """The rest of the REST API."""
    from api.rest import (
        aliases,
        changes,
        corrections,
        exports,
        links,
        mapping,
        me,
        products,
        reference,
        settings,
        support,
        undos,
        upload_errors,
        upload_files,
        webhooks,
    )

    for part in (
        upload_files,
        upload_errors,
        corrections,
        undos,
        products,
        changes,
        exports,
        support,
        reference,
        me,
        settings,
        mapping,
        aliases,
        links,
        webhooks,
    ):
        router.include_router(part.router, dependencies=[InTurn])


def _add_pages(router: APIRouter) -> None:
    for part in (*portal.routers(), *console.routers()):
        router.include_router(part, dependencies=[InTurn])
