"""Exports: a vendor's catalogue as a file, to edit and to send back."""

from datetime import UTC, datetime

from fastapi import APIRouter, BackgroundTasks, Request, Response

from api import export_commands
from api.answers.downloads import POLL_SECONDS
from api.answers.problems import Problem, ProblemCode
from api.dependencies import ApiUrl, AppServices, Caller, Db, Nothing
from api.entry.door import Door
from api.idempotency import OnlyOnce
from api.rest.changes import cursor_behind_export
from api.schemas.exports import ExportFilters, ExportLinks, ExportView, NewExport
from pipeline.domain.exports import EXPORT_RETENTION, ExportStatus
from pipeline.outcome.attachments import report_attachment
from pipeline.postgres.exports import Export, find_export
from pipeline.services import Services

router = APIRouter(route_class=Door, prefix="/v1/exports", tags=["Products"])


@router.post("", status_code=202, operation_id="create_export", summary="Export your catalogue")
def create_export(
    new: NewExport,
    _: Nothing,
    request: Request,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
    after_commit: BackgroundTasks,
) -> ExportView:
    """As CSV or as a workbook, in order of vendor product id, with the export in a last column `_export`. Ask for it
    until it is `ready`. The file can be edited and sent back in mode `upsert` or `update`: what is as it was exported
    says nothing, and what others have changed since is not overwritten."""

    def export() -> ExportView:
        asked = export_commands.request_export(new, caller, db, services, after_commit)
        return _view(asked, request, services, api_url)

    return once.answer(new.model_dump_json().encode(), export, status=202)  # type: ignore[return-value]


@router.get("/{export_id}", operation_id="get_export", summary="Get an export")
def get_export(
    export_id: str,
    _: Nothing,
    request: Request,
    response: Response,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
) -> ExportView:
    export = find_export(db, caller.vendor_id, export_id)
    if export is None:
        raise Problem.not_found("export")
    if export.expires_at and export.expires_at < datetime.now(UTC):
        raise Problem(
            ProblemCode.GONE,
            f"Exports are kept for {EXPORT_RETENTION.days} days; this one was kept until {export.expires_at:%Y-%m-%d}.",
        )
    if export.status == ExportStatus.PENDING:
        response.headers["Retry-After"] = POLL_SECONDS
    return _view(export, request, services, api_url)


def _view(export: Export, request: Request, services: Services, api_url: str) -> ExportView:
    filters = ExportFilters(status=list(export.statuses), category=export.category, updated_since=export.updated_since)
    return ExportView(
        export_id=export.export_id,
        vendor_id=export.vendor_id,
        format=export.format,
        filters=filters,
        columns=list(export.columns),
        status=export.status,
        products=export.products,
        url=_url(export, services),
        changes_after=None if export.last_change is None else cursor_behind_export(request, export),
        failure=export.failure,
        created_at=export.created_at,
        expires_at=export.expires_at,
        links=ExportLinks(self=f"{api_url}/v1/exports/{export.export_id}"),
    )


def _url(export: Export, services: Services) -> str | None:
    key = export.s3_key
    return services.stored_files.download_url(key, report_attachment(key)) if key else None
