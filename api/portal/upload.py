"""The page of one upload: its progress and, when it has ended, its outcome and what to correct."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.responses import RedirectResponse

from api import upload_commands
from api.answers.downloads import file_of, report_of
from api.answers.paging import read_slice
from api.audit import note_if_support
from api.correction_commands import can_correct_here
from api.dependencies import AppServices, Db
from api.entry.door import Door
from api.lookups import require_upload
from api.portal import upload_summary
from api.portal.again import again_context
from api.portal.corrected import corrected_so_far, what_it_corrects
from api.portal.correcting.preview import LeftBehind, preview_of, rows_left
from api.portal.decision_facts import decision_facts
from api.portal.error_table import ErrorsFilter, error_table
from api.portal.error_types import type_lines
from api.portal.field_names import FieldName, FieldNames
from api.portal.forms import Cursor, Words
from api.portal.pages import page
from api.portal.planning.plan_pages import plan_context
from api.portal.session import CurrentVisitor, FormSender, Visitor
from api.portal.statuses import NEEDS_ANSWER, chip_of_result, error_word
from api.portal.timeline import timeline
from api.portal.undoing import undo_context
from api.portal.uploads import rows_bar
from api.sessions import DbSession
from pipeline.domain.reports import usual_fix_file
from pipeline.domain.severity import Severity, severity_of
from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.outcome.change_sentences import resend_hint, update_effect
from pipeline.outcome.decision_words import MODE_EFFECTS
from pipeline.outcome.notifications import Cause, duplicates_last
from pipeline.outcome.results import Result
from pipeline.outcome.sentences import sentence_of
from pipeline.outcome.upload_view import all_warnings, has_fix_workbook
from pipeline.postgres.causes import MOST_FREQUENT, causes_of
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.postgres.sheet_rows import sheet_rows_of
from pipeline.postgres.support_actions import Action, SupportAction

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")

_CAUSES = 8


class UploadPage(ErrorsFilter):
    """The query of the page's address."""

    causes: Cursor = None
    remember: Words = None
    """`no` on the page of a preview, if its categories are not to be remembered."""

    unsent: Words = None
    """On the page of a preview, how many changed rows it does not have, and the first of them: `3.17.27.45`."""


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Errors with one cause; `rows` are the first rows that have it, with their sheet rows."""

    word: str
    fields: list[FieldName]
    value: str | None
    suggestion: str | None
    count: int
    rows: list[tuple[int, int | None]]
    address: str


@router.get("")
def upload_page(
    upload_id: str,
    request: Request,
    filters: Annotated[UploadPage, Query()],
    visitor: CurrentVisitor,
    session: DbSession,
) -> Response:
    upload, vendor_name = require_upload(session.cursor, visitor.principal, upload_id)
    return page(request, "upload.html", _context(session, visitor, upload, vendor_name, filters))


@router.get("/live")
def upload_live(
    upload_id: str,
    request: Request,
    visitor: CurrentVisitor,
    session: DbSession,
    last_quarter: Annotated[int, Query(alias="told")] = 0,
    remember: Words = None,
    unsent: Words = None,
) -> Response:
    """The progress or, when the upload has ended, everything below the heading.

    `last_quarter` is the quarter of the rows that was last announced to screen readers.
    """
    upload, vendor_name = require_upload(session.cursor, visitor.principal, upload_id)
    context = _context(session, visitor, upload, vendor_name, UploadPage(remember=remember, unsent=unsent))
    context |= {"last_quarter": last_quarter, "is_part": True}
    if upload.status not in FINAL_STATUSES:
        return page(request, "upload_live.html", context)
    # The request replaces `#live`; now everything below the heading changes.
    return page(request, "upload_ended.html", context, headers={"HX-Retarget": "#upload", "HX-Reswap": "outerHTML"})


@router.post("/cancel")
def cancel(
    upload_id: str,
    visitor: FormSender,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
) -> Response:
    upload, _ = upload_commands.cancel(upload_id, visitor.principal, session.cursor, services, after_commit)
    action = Action(SupportAction.UPLOAD_CANCELLED, upload.vendor_id, upload_id, {"file_name": upload.file_name})
    note_if_support(visitor.principal, action, session, after_commit)
    return RedirectResponse(f"/uploads/{upload_id}", 303)


@router.get("/errors.csv")
def error_report(upload_id: str, visitor: CurrentVisitor, db: Db, services: AppServices) -> Response:
    return report_of(_upload(db, visitor, upload_id), "error_report", services)


@router.get("/fix.csv")
def fix_file(upload_id: str, visitor: CurrentVisitor, db: Db, services: AppServices) -> Response:
    return report_of(_upload(db, visitor, upload_id), "fix_file", services)


@router.get("/file")
def original_file(upload_id: str, visitor: CurrentVisitor, db: Db, services: AppServices) -> Response:
    return file_of(_upload(db, visitor, upload_id), services)


def _upload(db: Db, visitor: Visitor, upload_id: str) -> Upload:
    return require_upload(db, visitor.principal, upload_id)[0]


def _context(
    session: Session, visitor: Visitor, upload: Upload, vendor_name: str | None, filters: UploadPage
) -> dict[str, Any]:
    is_final, here = upload.status in FINAL_STATUSES, f"/uploads/{upload.upload_id}"
    result, warnings = upload_summary.result_of(upload), all_warnings(vars(upload))
    context: dict[str, Any] = {
        "upload": upload,
        "vendor_name": vendor_name,
        "chip": chip_of_result(result),
        "result": result,
        "sentence": sentence_of(result),
        "is_final": is_final,
        "bar": rows_bar(upload),
        "timeline": timeline(upload),
        "progress": None if is_final else upload_summary.progress_of(upload, datetime.now(UTC)),
        "failure": upload.failure if is_final and upload.failure else None,
        "to_check": [each for each in warnings if severity_of(each["code"]) == Severity.WARNING],
        "good_to_know": [each for each in warnings if severity_of(each["code"]) == Severity.INFO],
        "next_step": upload_summary.next_step(upload),
        "next_address": upload_summary.next_address(upload),
        "resend_hint": resend_hint(result) if is_final else None,
        "update_effect": update_effect(result) if is_final else None,
        "counters": [part for part in result.parts if part[2] not in {"rest", "late"} or part[1]],
        "rows_of": {result.word_of(outcome): f"{here}/rows?outcome={outcome}" for outcome, _ in result.outcomes},
        "mode_effect": MODE_EFFECTS[upload.mode],
        "decisions": decision_facts(upload),
        "kinds": [],
        "causes": [],
        "last_quarter": 0,
        "settled": upload_summary.settled_errors(upload),
        "so_far": corrected_so_far(session.cursor, upload) if is_final else None,
        "remember": filters.remember,
        "unsent": filters.unsent,
        "preview": preview_of(
            session.cursor,
            visitor,
            upload,
            remembers=filters.remember != "no",
            left_behind=LeftBehind.of(filters.unsent),
        ),
        "can_correct": can_correct_here(upload),
        "rows_left": rows_left(session.cursor, visitor, upload),
        "has_fix_workbook": has_fix_workbook(vars(upload)),
        "fix_file": usual_fix_file(upload.file_format, upload.error_records),
    }
    context |= what_it_corrects(session.cursor, upload)
    if is_final:
        context |= again_context(session, visitor.principal.vendor_id, upload)
        context |= _question(result) if context["asks"] else {}
        context |= {"sentence": context["guards_sentence"]} if "guards" in context else {}
        context |= {} if context["preview"] else plan_context(session.cursor, upload)
        context |= undo_context(session.cursor, upload)
    if is_final and upload.errors_by_type:
        causes, more_causes = _causes(session.cursor, upload, filters.causes)
        kinds = type_lines(list(upload.errors_by_type.items()), lambda kind: f"{here}?error_type={kind}#errors")
        context |= {"kinds": kinds, "causes": causes, "more_causes": more_causes, "filters": filters}
        context |= error_table(session, upload, filters)
    return context


def _question(result: Result) -> dict[str, Any]:
    """What the page says of a refused file that is processed as soon as its vendor has answered."""
    nothing = "Nothing of it is in the catalogue yet" if result.only_creates else "Nothing in the catalogue has changed"
    return {"chip": NEEDS_ANSWER, "sentence": f"One answer is missing, then this file goes on. {nothing}."}


def _causes(db: Db, upload: Upload, cursor: str | None) -> tuple[list[CauseLine], str | None]:
    causes = read_slice(MOST_FREQUENT, cursor, _CAUSES, partial(causes_of, db, upload.upload_id))
    rarer = f"/uploads/{upload.upload_id}?causes={causes.next_cursor}#causes" if causes.next_cursor else None
    items = duplicates_last(causes.items) if upload_summary.result_of(upload).has_some_there else causes.items
    sheet_rows = sheet_rows_of(db, upload.upload_id, (row for cause in items for row in cause.rows))
    names = FieldNames(upload)
    return [_cause_line(upload, cause, names, sheet_rows) for cause in items], rarer


def _cause_line(upload: Upload, cause: Cause, names: FieldNames, sheet_rows: Mapping[int, int]) -> CauseLine:
    here = f"/uploads/{upload.upload_id}"
    filters = {"error_type": cause.error_type, "error_field": _one(cause.error_field), "q": cause.value}
    return CauseLine(
        word=error_word(cause.error_type),
        fields=names.of_error(cause.error_field),
        value=cause.value,
        suggestion=cause.suggestion,
        count=cause.count,
        rows=[(row, sheet_rows.get(row)) for row in cause.rows],
        address=f"{here}?{urlencode({name: value for name, value in filters.items() if value})}#errors",
    )


def _one(fields: str | None) -> str | None:
    """The field to filter by; None for a list of missing fields."""
    return None if fields is None or "," in fields else fields
