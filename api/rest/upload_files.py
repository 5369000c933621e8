"""Downloads of an upload: its file, its reports, and what it changed."""

from typing import Any

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import RedirectResponse

from api.answers.downloads import changes_of, file_of, fix_workbook_of, report_of
from api.answers.files_on_request import await_file
from api.dependencies import AppServices, Caller, Db, Nothing
from api.entry.door import Door
from api.lookups import require_upload
from pipeline.domain.uploads import FileOnRequest

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])

_WRITTEN_ON_REQUEST: dict[int | str, dict[str, Any]] = {
    202: {"description": "It is being written; ask again after `Retry-After` seconds."}
}


@router.get(
    "/{upload_id}/errors.csv",
    operation_id="download_error_report",
    summary="Download the error report",
    status_code=307,
    response_class=RedirectResponse,
)
def download_error_report(
    upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices
) -> RedirectResponse:
    return report_of(require_upload(db, caller, upload_id)[0], "error_report", services)


@router.get(
    "/{upload_id}/fix.csv",
    operation_id="download_fix_file",
    summary="Download the rejected rows, to correct and send again",
    status_code=307,
    response_class=RedirectResponse,
)
def download_fix_file(upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices) -> RedirectResponse:
    return report_of(require_upload(db, caller, upload_id)[0], "fix_file", services)


@router.get(
    "/{upload_id}/fix.xlsx",
    operation_id="download_fix_workbook",
    summary="Download the rejected rows as an Excel workbook",
    status_code=307,
    response_class=RedirectResponse,
    responses=_WRITTEN_ON_REQUEST,
)
def download_fix_workbook(
    upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices, after_commit: BackgroundTasks
) -> RedirectResponse:
    """The same rows as in the fix file, every cell as text, the wrong ones in red; for up to 100,000 rejected rows."""
    upload, _vendor = require_upload(db, caller, upload_id)
    redirect = fix_workbook_of(upload, services)
    return redirect or await_file(upload, FileOnRequest.FIX_WORKBOOK, db, services, after_commit)  # type: ignore[return-value]


@router.get(
    "/{upload_id}/changes.csv",
    operation_id="download_changes",
    summary="Download what the upload changed in the catalogue",
    status_code=307,
    response_class=RedirectResponse,
    responses=_WRITTEN_ON_REQUEST,
)
def download_changes(
    upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices, after_commit: BackgroundTasks
) -> RedirectResponse:
    """A line for each field that a row changed, with the value before and after; a line for each product created."""
    upload, _vendor = require_upload(db, caller, upload_id)
    redirect = changes_of(upload, services)
    return redirect or await_file(upload, FileOnRequest.CHANGES, db, services, after_commit)  # type: ignore[return-value]


@router.get(
    "/{upload_id}/file",
    operation_id="download_file",
    summary="Download the file as it was received",
    status_code=307,
    response_class=RedirectResponse,
)
def download_file(upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices) -> RedirectResponse:
    return file_of(require_upload(db, caller, upload_id)[0], services)
