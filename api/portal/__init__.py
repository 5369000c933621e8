"""The portal, where vendors see the results of their files. One module per page; `session.py` identifies visitors."""

from collections.abc import Iterator

from fastapi import APIRouter


def routers() -> Iterator[APIRouter]:
    """The routers of all pages, imported by the first request for one of them."""
    from api.portal import (
        catalogue,
        corrected,
        error_table,
        exporting,
        file_rules,
        fix_workbook,
        mail,
        new_upload,
        processing_again,
        product,
        remembered,
        row,
        rows,
        signing_in,
        undoing,
        upload,
        uploads,
    )
    from api.portal.correcting import correct, sending
    from api.portal.correcting import rows as correct_rows
    from api.portal.planning import plan_pages

    yield from (signing_in.router, uploads.router, new_upload.router, upload.router, processing_again.router)
    yield from (
        error_table.router,
        rows.router,
        row.router,
        catalogue.router,
        exporting.router,
        product.router,
        remembered.router,
    )
    yield from (file_rules.router, mail.router, correct.router, correct_rows.router, sending.router)
    yield from (corrected.router, fix_workbook.router, plan_pages.router, undoing.router)
