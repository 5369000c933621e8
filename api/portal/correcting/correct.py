"""The page on which rejected rows are corrected. Its form makes a preview: a correction as a dry run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api import correction_commands
from api.answers.problems import Problem, ProblemCode
from api.audit import note_if_support
from api.dependencies import AppServices
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.correcting.cause_table import cause_table
from api.portal.correcting.cells import rows_in
from api.portal.correcting.form import correction_in
from api.portal.correcting.preview import preview_query
from api.portal.correcting.problems import problems_with
from api.portal.correcting.rows import RowsQuery, row_grid
from api.portal.forms import Cursor, SentFields
from api.portal.pages import page
from api.portal.session import CurrentVisitor, FormSender, Visitor
from api.schemas.corrections import Correction
from api.sessions import DbSession
from pipeline.postgres.correction_previews import rows_left_behind
from pipeline.postgres.database import savepoint
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.postgres.support_actions import Action, SupportAction

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}/correct")

_NOTHING_CHOSEN = "Nothing is chosen yet. Say what to do about at least one cause, or write into a row."
_NOTHING_READY = (
    "No row would be sent like this: each still has an error that nothing is said about. Rows with several errors need"
    " an answer for each."
)


class CorrectPage(RowsQuery):
    """The query of the page's address."""

    causes: Cursor = None


@router.get("")
def correct_page(
    upload_id: str,
    request: Request,
    query: Annotated[CorrectPage, Query()],
    visitor: CurrentVisitor,
    session: DbSession,
) -> Response:
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    correction_commands.check_can_correct(upload)
    return page(request, "correct.html", _context(session, upload, query, {}, Refusal()))


@router.post("")
def preview(
    upload_id: str,
    request: Request,
    query: Annotated[CorrectPage, Query()],
    visitor: FormSender,
    sent: SentFields,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
) -> Response:
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    refusal = Refusal(causes=problems_with(session.cursor, sent))
    if not refusal.causes:
        correction: Correction | None = None
        try:
            correction = correction_in(sent, rows_in(session.cursor, upload_id, sent))
            with savepoint(session.cursor):
                child, _, _ = correction_commands.correct(
                    upload_id, correction, visitor.principal, session.cursor, services, after_commit
                )
        except (Problem, ValidationError) as refused:
            refusal = Refusal(_in_words(refused, correction))
        else:
            _note(visitor, upload, child, session, after_commit)
            left_behind = rows_left_behind(session.cursor, child.upload_id, [row.row_number for row in correction.rows])
            query_of_page = preview_query(remembers="remember" in sent, left_behind=left_behind)
            return RedirectResponse(f"/uploads/{child.upload_id}{query_of_page}", 303)
    return page(request, "correct.html", _context(session, upload, query, sent, refusal), status=422)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the form comes again: what is wrong as a whole, and by the keys of causes."""

    problem: str = ""
    causes: Mapping[str, str] = field(default_factory=dict)


def _note(visitor: Visitor, upload: Upload, child: Upload, session: Session, after_commit: BackgroundTasks) -> None:
    details = {"file_name": upload.file_name, "source_upload_id": upload.upload_id, "dry_run": True}
    action = Action(SupportAction.UPLOAD_CORRECTED, child.vendor_id, child.upload_id, details)
    note_if_support(visitor.principal, action, session, after_commit)


def _context(
    session: Session, upload: Upload, query: CorrectPage, sent: Mapping[str, str], refusal: Refusal
) -> dict[str, Any]:
    """What the template needs; `sent` is what the form said, if it comes again."""
    causes = cause_table(session, upload, query.causes, sent, refusal.causes)
    return {
        "upload": upload,
        "open_rows": upload.error_records - upload.corrected_records,
        "problem": refusal.problem,
        "sent": sent,
        **causes,
        **row_grid(session.cursor, upload, query, sent, causes=len(causes["causes"])),
    }


def _in_words(refusal: Problem | ValidationError, correction: Correction | None) -> str:
    """Why the form comes again. Raises the problem if that does not help."""
    if isinstance(refusal, ValidationError):
        return "; ".join(error["msg"] for error in refusal.errors())
    if refusal.code == ProblemCode.NOTHING_MATCHED:
        return _NOTHING_READY if correction and (correction.fixes or correction.rows) else _NOTHING_CHOSEN
    if refusal.code == ProblemCode.INVALID_REQUEST:
        return refusal.detail
    raise refusal
