"""The portal: where vendors see what became of their files. One file a page; `session.py` says who is looking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.dependencies import InTurn
from api.portal import catalogue, error_table, file_rules, mail, new_upload, refusals, row, signing_in, upload, uploads
from api.portal.pages import compile_templates


@asynccontextmanager
async def prepared(_: FastAPI) -> AsyncIterator[None]:
    """What a server does before its first request. A function of Lambda does not: there every start is somebody's."""
    compile_templates()
    yield


def install(app: FastAPI) -> None:
    refusals.install(app)
    for part in (signing_in, uploads, new_upload, upload, error_table, row, catalogue, file_rules, mail):
        app.include_router(part.router, dependencies=[InTurn])
