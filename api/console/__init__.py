"""The console: where support finds any error, looks behind an upload, and sets right what stands still.

One file a page, in the portal's frame; `agent.py` says who may look.
"""

from fastapi import FastAPI

from api.console import actions, inside, search, standstill, trends, vendor_pages, vendors
from api.dependencies import InTurn


def install(app: FastAPI) -> None:
    for part in (search, inside, trends, standstill, vendors, vendor_pages, actions):
        app.include_router(part.router, dependencies=[InTurn])
