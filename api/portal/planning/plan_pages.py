"""The pages of a plan, and applying it.

What is ticked as left out goes from page to page in the form, so that no page needs JavaScript.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.answers.problems import Problem
from api.dependencies import AppServices
from api.entry.door import Door
from api.lookups import check_may_write, require_upload
from api.portal.applying import apply_and_show
from api.portal.pages import page
from api.portal.planning.plan_table import TableFilter, is_plan, plan_of, rows_in
from api.portal.planning.worst_change import worst_change
from api.portal.session import CurrentVisitor, FormSender, Visitor
from api.schemas.uploads import Applied
from api.sessions import DbSession
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.large_changes import count_large_changes
from pipeline.postgres.queries.planned_changes import applied_as
from pipeline.postgres.rows import Upload

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")


@dataclass(frozen=True, slots=True)
class SentPlan:
    """What the form of a plan sends: the filters, the page, and the ticked rows."""

    filters: TableFilter
    left_out: list[int]


def _sent(
    outcome: Annotated[str, Form()] = "",
    field: Annotated[str, Form()] = "",
    cursor: Annotated[str, Form()] = "",
    omit: Annotated[list[int], Form()] = [],  # noqa: B006  FastAPI copies it
    keep_all: Annotated[bool, Form()] = False,
    show_all: Annotated[bool, Form()] = False,
) -> SentPlan:
    fields = {} if show_all else {"outcome": outcome, "field": field, "cursor": cursor}
    return SentPlan(TableFilter.model_validate(fields), [] if keep_all else rows_in(omit))


Sent = Annotated[SentPlan, Depends(_sent)]


def plan_context(db: Cursor, upload: Upload, sent: SentPlan | None = None) -> dict[str, Any]:
    """What the templates of a plan need; nothing if the upload is none, or would do nothing."""
    if not is_plan(upload) or not upload.valid_records:
        return {}
    sent = sent or SentPlan(TableFilter(), [])
    return {
        "plan": plan_of(db, upload, sent.filters, sent.left_out),
        "applied_as": applied_as(db, upload.upload_id),
        "worst": "" if upload.undo_of else worst_change(count_large_changes(db, upload.upload_id)),
    }


@router.get("/plan")
def plan_page(
    upload_id: str,
    request: Request,
    filters: Annotated[TableFilter, Query()],
    visitor: CurrentVisitor,
    session: DbSession,
) -> Response:
    return _page(request, session.cursor, visitor, upload_id, SentPlan(filters, []))


@router.post("/plan")
def next_plan_page(upload_id: str, request: Request, sent: Sent, visitor: FormSender, session: DbSession) -> Response:
    """Another part of the plan, with the rows that were ticked so far."""
    return _page(request, session.cursor, visitor, upload_id, sent)


@router.post("/apply-plan")
def apply_plan(
    upload_id: str,
    request: Request,
    sent: Sent,
    visitor: FormSender,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
) -> Response:
    """A plan is applied only once, unless that has failed."""
    db, caller = session.cursor, visitor.principal
    plan, _ = require_upload(db, caller, upload_id)
    check_may_write(db, caller)
    if not is_plan(plan):
        raise Problem.not_found("plan")
    if before := applied_as(db, upload_id, locks=True):
        return RedirectResponse(f"/uploads/{before}", 303)
    if plan_of(db, plan, sent.filters, sent.left_out).problem:
        return _page(request, db, visitor, upload_id, sent, status=422)
    return apply_and_show(plan, Applied(omit=sent.left_out), visitor, session, services, after_commit)


@router.post("/plan-again")
def plan_again(
    upload_id: str, visitor: FormSender, session: DbSession, services: AppServices, after_commit: BackgroundTasks
) -> Response:
    """A new plan of the same file, over the catalogue as it is by now."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    return apply_and_show(upload, Applied(dry_run=True), visitor, session, services, after_commit)


def _page(
    request: Request, db: Cursor, visitor: Visitor, upload_id: str, sent: SentPlan, *, status: int = 200
) -> Response:
    upload, _ = require_upload(db, visitor.principal, upload_id)
    context = plan_context(db, upload, sent)
    if not context:
        raise Problem.not_found("plan")
    return page(request, "plan.html", {"upload": upload} | context, status=status)
