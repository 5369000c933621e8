"""Downloads of an upload: its file, its reports, and what it changed."""

from fastapi import APIRouter, BackgroundTasks, Response
from fastapi.responses import RedirectResponse

from api.answers.downloads import POLL_SECONDS, changes_of, file_of, report_of
from api.dependencies import AppServices, Caller, Db, Nothing
from api.entry.door import Door
from api.lookups import require_upload
from pipeline.postgres import changes_files

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])

_WRITING_SECONDS = 300  # after which a file of changes that is still missing is asked for again


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
    "/{upload_id}/changes.csv",
    operation_id="download_changes",
    summary="Download what the upload changed in the catalogue",
    status_code=307,
    response_class=RedirectResponse,
    responses={202: {"description": "It is being written; ask again after `Retry-After` seconds."}},
)
def download_changes(
    upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices, after_commit: BackgroundTasks
) -> RedirectResponse:
    """A line for each field that a row changed, with the value before and after; a line for each product created."""
    upload, _vendor = require_upload(db, caller, upload_id)
    redirect = changes_of(upload, services)
    if redirect is None and changes_files.request(db, upload_id, again_after_seconds=_WRITING_SECONDS):
        after_commit.add_task(services.error_queue.changes_requested, upload_id)
    return redirect or Response(status_code=202, headers={"Retry-After": POLL_SECONDS})  # type: ignore[return-value]


@router.get(
    "/{upload_id}/file",
    operation_id="download_file",
    summary="Download the file as it was received",
    status_code=307,
    response_class=RedirectResponse,
)
def download_file(upload_id: str, _: Nothing, caller: Caller, db: Db, services: AppServices) -> RedirectResponse:
    return file_of(require_upload(db, caller, upload_id)[0], services)
