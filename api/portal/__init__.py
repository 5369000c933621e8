"""The portal: where vendors see what became of their files. One file a page; `session.py` says who is looking."""

from collections.abc import Iterator

from fastapi import APIRouter


def routers() -> Iterator[APIRouter]:
    """Of every page. They are imported here, when the first of them is asked for."""
    from api.portal import catalogue, error_table, file_rules, mail, new_upload, row, signing_in, upload, uploads

    for part in (signing_in, uploads, new_upload, upload, error_table, row, catalogue, file_rules, mail):
        yield part.router
