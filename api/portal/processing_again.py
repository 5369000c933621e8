"""Processing the stored file of an upload again: with other columns, in another encoding, or to change products."""

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api import upload_commands
from api.dependencies import AppServices
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.again import columns_context, encoding_context
from api.portal.applying import apply_and_show
from api.portal.column_choices import decisions_in, problems_with, read_choices
from api.portal.column_form import column_form, first_form, known_proposal
from api.portal.file_headers import FileHeader, file_headers
from api.portal.file_samples import samples_in_file
from api.portal.forms import SentFields
from api.portal.guards import guards_in
from api.portal.pages import page
from api.portal.session import CurrentVisitor, FormSender, Visitor
from api.schemas.decisions import SheetName
from api.schemas.uploads import Applied
from api.sessions import DbSession
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.services import Services

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")


@router.get("/mapping")
def columns_page(
    upload_id: str, request: Request, visitor: CurrentVisitor, session: DbSession, services: AppServices
) -> Response:
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    upload_commands.check_can_apply(upload)
    headers = _headers(session, visitor, upload, services)
    return _page(request, upload, columns_context(session, first_form(session.cursor, upload, headers)))


@router.post("/mapping")
def choose_columns(
    upload_id: str,
    request: Request,
    visitor: FormSender,
    sent: SentFields,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
) -> Response:
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    headers = _headers(session, visitor, upload, services)
    choices, before = read_choices(sent, headers), Decisions.of(upload.decisions)
    problems = problems_with(choices, headers, before)
    if not problems:
        try:
            decided = Applied(
                **decisions_in(choices, headers, before), remember=choices.remember, dry_run=choices.dry_run
            )
            return apply_and_show(upload, decided, visitor, session, services, after_commit)
        except ValidationError as invalid:
            problems = {"": "; ".join(error["msg"] for error in invalid.errors())}
    form = column_form(upload, headers, choices, problems)
    return _page(request, upload, columns_context(session, form), status=422)


@router.post("/encoding")
def choose_encoding(
    upload_id: str,
    request: Request,
    visitor: FormSender,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
    encoding: Annotated[str, Form(max_length=40)] = "",
    dry_run: Annotated[bool, Form()] = False,
) -> Response:
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    problem = "Choose the one whose words are right."
    if encoding:
        try:
            decided = Applied(encoding=encoding, dry_run=dry_run)
            return apply_and_show(upload, decided, visitor, session, services, after_commit)
        except ValidationError as invalid:
            problem = "; ".join(error["msg"] for error in invalid.errors())
    context = encoding_context(upload) | {"encoding_problem": problem, "chosen_encoding": encoding}
    return _page(request, upload, context, status=422)


@router.post("/sheet")
def choose_sheet(
    upload_id: str,
    visitor: FormSender,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
    sheet: Annotated[SheetName, Form()],
) -> Response:
    """Of a workbook: reads another sheet."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    decided = Applied(sheet=sheet, dry_run=upload.dry_run)
    return apply_and_show(upload, decided, visitor, session, services, after_commit)


@router.post("/update")
def change_products(
    upload_id: str, visitor: FormSender, session: DbSession, services: AppServices, after_commit: BackgroundTasks
) -> Response:
    """Of a file that only adds products: changes those that are there already."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    decided = Applied(mode=UploadMode.UPSERT, dry_run=upload.dry_run)
    return apply_and_show(upload, decided, visitor, session, services, after_commit)


@router.post("/confirm")
def confirm(
    upload_id: str, visitor: FormSender, session: DbSession, services: AppServices, after_commit: BackgroundTasks
) -> Response:
    """Of a file that was stopped because it would change many products at once: does what it says after all."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    found = [finding.code for finding in guards_in(upload)]
    if not found:
        return RedirectResponse(f"/uploads/{upload_id}", 303)
    return apply_and_show(upload, Applied(accept=found), visitor, session, services, after_commit)


def _headers(session: Session, visitor: Visitor, upload: Upload, services: Services) -> list[FileHeader]:
    """With cells from a proposal, or else from the file."""
    proposal = known_proposal(session.cursor, visitor.principal.vendor_id, upload)
    return file_headers(upload, proposal or samples_in_file(upload, services))


def _page(request: Request, upload: Upload, context: dict[str, Any], *, status: int = 200) -> Response:
    return page(request, "columns.html", {"upload": upload} | context, status=status)
