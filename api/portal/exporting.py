"""The catalogue as a file: asked for on its page, then a page that waits while it is written, and then has it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import RedirectResponse

from api import export_commands
from api.answers.downloads import POLL_SECONDS, redirect_to_report
from api.answers.problems import Problem
from api.dependencies import AppServices, Db
from api.entry.door import Door
from api.portal.pages import page
from api.portal.session import CurrentVisitor, FormSender
from api.schemas.exports import ExportColumn, NewExport
from pipeline.domain.columns import REQUIRED, ListingStatus
from pipeline.domain.decisions import UploadMode
from pipeline.domain.exports import ExportFormat, ExportStatus
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.exports import Export, find_export

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/exports")


@router.post("")
def export_catalogue(
    visitor: FormSender,
    db: Db,
    services: AppServices,
    after_commit: BackgroundTasks,
    export_format: Annotated[ExportFormat, Form(alias="format")] = ExportFormat.XLSX,
    also_withdrawn: Annotated[bool, Form()] = False,
    columns: Annotated[list[ExportColumn], Form()] = [],  # noqa: B006  FastAPI copies it
) -> Response:
    statuses = list(ListingStatus) if also_withdrawn else [ListingStatus.ACTIVE]
    new = NewExport(format=export_format, status=statuses, columns=columns)
    export = export_commands.request_export(new, visitor.principal, db, services, after_commit)
    return RedirectResponse(f"/exports/{export.export_id}", 303)


@router.get("/{export_id}")
def export_page(export_id: str, request: Request, visitor: CurrentVisitor, db: Db) -> Response:
    export = _require_export(db, visitor.principal, export_id)
    headers = {"Refresh": POLL_SECONDS} if export.status == ExportStatus.PENDING else {}
    mode = UploadMode.UPSERT if set(REQUIRED) <= set(export.columns) else UploadMode.UPDATE
    context = {"export": export, "is_gone": _is_gone(export), "ExportStatus": ExportStatus, "mode": mode}
    return page(request, "export.html", context, headers=headers)


@router.get("/{export_id}/file")
def export_file(export_id: str, visitor: CurrentVisitor, db: Db, services: AppServices) -> Response:
    export = _require_export(db, visitor.principal, export_id)
    if export.s3_key is None or _is_gone(export):
        return RedirectResponse(f"/exports/{export_id}", 303)
    return redirect_to_report(export.s3_key, services)


def _require_export(db: Db, caller: Principal, export_id: str) -> Export:
    export = find_export(db, caller.vendor_id, export_id)
    if export is None:
        raise Problem.not_found("export")
    return export


def _is_gone(export: Export) -> bool:
    return export.expires_at is not None and export.expires_at < datetime.now(UTC)
