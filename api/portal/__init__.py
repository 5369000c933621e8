"""The portal, where vendors see the results of their files. One module per page; `session.py` identifies visitors."""

from collections.abc import Iterator

from fastapi import APIRouter


def routers() -> Iterator[APIRouter]:
    """The routers of all pages, imported by the first request for one of them."""
    from api.portal import catalogue, error_table, file_rules, mail, new_upload, row, rows, signing_in, upload, uploads

    for part in (signing_in, uploads, new_upload, upload, error_table, rows, row, catalogue, file_rules, mail):
        yield part.router
