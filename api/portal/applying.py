"""Processing a stored file again, from whatever page that is asked."""

from fastapi import BackgroundTasks, Response
from fastapi.responses import RedirectResponse

from api import upload_commands
from api.audit import note_if_support
from api.portal.session import Visitor
from api.schemas.uploads import Applied
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.postgres.support_actions import Action, SupportAction
from pipeline.services import Services


def apply_and_show(
    source: Upload,
    decided: Applied,
    visitor: Visitor,
    session: Session,
    services: Services,
    after_commit: BackgroundTasks,
) -> Response:
    """Applies a stored file, and leads to the page of the new upload."""
    caller = visitor.principal
    upload, _ = upload_commands.apply(source.upload_id, decided, caller, session.cursor, services, after_commit)
    details = {"file_name": source.file_name, "source_upload_id": source.upload_id}
    action = Action(SupportAction.UPLOAD_APPLIED, upload.vendor_id, upload.upload_id, details)
    note_if_support(caller, action, session, after_commit)
    return RedirectResponse(f"/uploads/{upload.upload_id}", 303)
