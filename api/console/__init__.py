"""The console: where support finds any error, looks behind an upload, and sets right what stands still.

One file a page, in the portal's frame; `access.py` says who may look.
"""

from collections.abc import Iterator

from fastapi import APIRouter


def routers() -> Iterator[APIRouter]:
    """Of every page, imported as late as the portal's."""
    from api.console import actions, diagnostics, search, stalled_uploads, trends, vendor_pages, vendors

    for part in (search, diagnostics, trends, stalled_uploads, vendors, vendor_pages, actions):
        yield part.router
