"""The console, where support finds errors, diagnoses uploads, and continues what has stalled.

One module per page, in the portal's layout; `access.py` restricts it to support.
"""

from collections.abc import Iterator

from fastapi import APIRouter


def routers() -> Iterator[APIRouter]:
    """The routers of all pages, imported as late as the portal's."""
    from api.console import actions, diagnostics, search, stalled_uploads, trends, vendor_pages, vendors

    for part in (search, diagnostics, trends, stalled_uploads, vendors, vendor_pages, actions):
        yield part.router
