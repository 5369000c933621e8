"""Sending corrections: the file of a preview is processed again, and this time it changes the catalogue."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Response
from fastapi.responses import RedirectResponse

from api import upload_commands
from api.answers.problems import Problem
from api.audit import note_if_support
from api.dependencies import AppServices
from api.entry.door import Door
from api.lookups import check_may_write, require_upload
from api.portal.correcting.preview import is_preview
from api.portal.session import FormSender
from api.schemas.uploads import Applied
from api.sessions import DbSession
from pipeline.postgres import category_aliases
from pipeline.postgres.correction_previews import corrected_categories, make_correction, sent_before
from pipeline.postgres.database import Cursor
from pipeline.postgres.rows import Upload
from pipeline.postgres.support_actions import Action, SupportAction

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")


@router.post("/send-corrections")
def send_corrections(
    upload_id: str,
    visitor: FormSender,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
    remember: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """`remember` are the wrong categories whose meaning is kept for later files. A preview is sent only once."""
    db, caller = session.cursor, visitor.principal
    preview, _ = require_upload(db, caller, upload_id)
    check_may_write(db, caller)
    if not is_preview(db, preview):
        raise Problem.not_found("preview of corrections")
    if sent := sent_before(db, upload_id):
        return RedirectResponse(f"/uploads/{sent}", 303)
    upload, _ = upload_commands.apply(upload_id, Applied(), caller, db, services, after_commit)
    make_correction(db, upload.upload_id, upload_id)
    kept = _remember(db, preview, remember)
    details = {"file_name": upload.file_name, "source_upload_id": upload_id, "remembered": kept}
    action = Action(SupportAction.UPLOAD_CORRECTED, upload.vendor_id, upload.upload_id, details)
    note_if_support(caller, action, session, after_commit)
    return RedirectResponse(f"/uploads/{upload.upload_id}", 303)


def _remember(db: Cursor, preview: Upload, values: list[str]) -> dict[str, str]:
    """Keeps the categories that were written for these values; of other values nothing is known."""
    meanings = {each.value: each.category for each in corrected_categories(db, preview.upload_id)}
    kept = {value: meanings[value] for value in values if value in meanings}
    if kept and preview.vendor_id:
        category_aliases.remember(db, preview.vendor_id, kept)
    return kept
