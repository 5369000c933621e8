"""Sending a file: from the browser directly to the bucket or, without JavaScript, in a plain form."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError

from api import upload_commands
from api.answers.problems import Problem, ProblemCode
from api.audit import note_if_support
from api.dependencies import AppPool, AppServices, Db
from api.entry.door import Door
from api.portal.choices import Choices, SentFields, first_choices
from api.portal.forms import Blank, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor, FormSender
from api.sessions import DbSession
from api.upload_commands import address_for
from pipeline.domain.columns import COLUMNS, REQUIRED
from pipeline.domain.decisions import UploadMode
from pipeline.outcome.decision_words import BLANK_CELL_EFFECTS, EXISTING_PRODUCTS
from pipeline.postgres.rows import Upload
from pipeline.postgres.support_actions import Action, SupportAction
from pipeline.services import Services

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads")


@router.get("/new")
def new_upload_page(
    request: Request,
    visitor: CurrentVisitor,
    db: Db,
    services: AppServices,
    like: Words = None,
    mode: Annotated[UploadMode | None, Query(), Blank] = None,
) -> Response:
    """`like` is an upload whose choices are offered first: the one whose fix file is to be sent."""
    return _form(request, services, first_choices(db, visitor.principal, like or "", mode))


@router.post("/new")
def send(
    request: Request,
    visitor: FormSender,
    fields: SentFields,
    session: DbSession,
    pool: AppPool,
    services: AppServices,
    after_commit: BackgroundTasks,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Takes the whole file in the form, from browsers without JavaScript."""
    caller = visitor.principal
    choices = fields.choices(session.cursor, caller)
    if file is None or not file.filename:
        return _form(request, services, choices, error="Choose a file first.")
    try:
        new = fields.new_upload(session.cursor, caller, file.filename, None)
    except ValidationError as invalid:
        return _form(request, services, choices, error=_in_words(invalid))
    upload, _ = upload_commands.store(new, file.file.read(), caller, session.cursor, services, pool)
    note_if_support(caller, _action(upload), session, after_commit)
    return RedirectResponse(f"/uploads/{upload.upload_id}", 303)


@router.post("/announce")
def announce(
    visitor: FormSender,
    fields: SentFields,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
    file_name: Annotated[str, Form()] = "",  # `NewUpload` checks its length
    size_bytes: Annotated[int | None, Form()] = None,
) -> Response:
    """Tells the page's script where to send the file, and the address of the upload's page."""
    try:
        new = fields.new_upload(session.cursor, visitor.principal, file_name, size_bytes)
    except ValidationError as invalid:
        raise Problem(ProblemCode.INVALID_REQUEST, _in_words(invalid)) from None
    upload, _ = upload_commands.announce(new, visitor.principal, session.cursor, services)
    note_if_support(visitor.principal, _action(upload), session, after_commit)
    address = address_for(upload, services)
    return JSONResponse({"page": f"/uploads/{upload.upload_id}", "url": address.url, "headers": address.headers}, 201)


def _action(upload: Upload) -> Action:
    return Action(SupportAction.FILE_SENT, upload.vendor_id, upload.upload_id, {"file_name": upload.file_name})


def _form(request: Request, services: Services, choices: Choices, *, error: str = "") -> Response:
    settings = services.settings
    context = {
        "error": error,
        "question": EXISTING_PRODUCTS,
        "choices": choices,
        "blank_cell_effects": BLANK_CELL_EFFECTS,
        "max_bytes": settings.max_file_bytes,
        "max_inline_bytes": settings.max_inline_bytes,
        "max_rows": settings.max_rows,
        "required": REQUIRED,
        "optional": [column for column in COLUMNS if column not in REQUIRED],
    }
    bucket = services.object_store.uploads_address()
    return page(request, "new_upload.html", context, status=422 if error else 200, bucket=bucket)


def _in_words(invalid: ValidationError) -> str:
    if any(error["loc"] == ("file_name",) for error in invalid.errors()):
        return "The file's name must have 1 to 200 characters, without slashes. Rename the file and choose it again."
    return "; ".join(error["msg"] for error in invalid.errors())
