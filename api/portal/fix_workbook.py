"""The fix file as a workbook: a page that waits while it is written, then the file."""

from fastapi import APIRouter, BackgroundTasks, Request, Response

from api.answers.downloads import POLL_SECONDS, fix_workbook_of
from api.answers.files_on_request import await_file
from api.dependencies import AppServices, Db
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from pipeline.domain.uploads import FileOnRequest

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")


@router.get("/fix.xlsx")
def fix_workbook(
    upload_id: str,
    request: Request,
    visitor: CurrentVisitor,
    db: Db,
    services: AppServices,
    after_commit: BackgroundTasks,
) -> Response:
    upload, _ = require_upload(db, visitor.principal, upload_id)
    redirect = fix_workbook_of(upload, services)
    if redirect:
        return redirect
    await_file(upload, FileOnRequest.FIX_WORKBOOK, db, services, after_commit)
    return page(request, "fix_workbook.html", {"upload": upload}, status=202, headers={"Refresh": POLL_SECONDS})
