"""The diagnostics of one upload: its steps in time, its leases, its notification and webhooks, its staged records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from api.console.access import Agent
from api.console.timeline import steps_of
from api.dependencies import AppServices, Db
from api.entry.door import Door
from api.lookups import require_upload
from api.portal.decision_facts import decision_facts
from api.portal.durations import in_short
from api.portal.forms import Blank, Cursor
from api.portal.pages import page
from api.portal.statuses import Chip, chip_of, error_word
from api.sessions import DbSession
from pipeline.aws.staged_records import StagedItem, StagingUnreachable
from pipeline.domain.uploads import FINAL_STATUSES, StagingStatus
from pipeline.postgres.queries.diagnostics import deliveries_of, work_of
from pipeline.postgres.rows import Upload
from pipeline.postgres.tables import WebhookDelivery
from pipeline.services import Services

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support/uploads/{upload_id}")

_PAGE = 25
_STAGED_CHIPS: dict[str, Chip] = {
    StagingStatus.PENDING: Chip("Pending", "busy"),
    StagingStatus.VALIDATED: Chip("Validated", "good"),
    StagingStatus.ERROR: Chip("Error", "bad"),
}


class StagedPage(BaseModel):
    row: Annotated[int | None, Query(ge=1, le=2**31 - 1), Blank] = None
    after: Cursor = None


@dataclass(frozen=True, slots=True)
class StagedLine:
    """One staged record in the table."""

    row_number: int
    record_id: str
    chip: Chip
    staged_at: datetime | None
    decided_after: str | None
    sku: str | None
    name: str | None
    errors: Sequence[str]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery to a webhook."""

    delivery: WebhookDelivery
    url: str
    chip: Chip


@router.get("")
def inside_page(
    upload_id: str,
    request: Request,
    filters: Annotated[StagedPage, Query()],
    agent: Agent,
    session: DbSession,
    services: AppServices,
) -> Response:
    upload, vendor_name = require_upload(session.cursor, agent, upload_id)
    work = work_of(session, upload_id)
    context = {
        "upload": upload,
        "vendor_name": vendor_name,
        "chip": chip_of(upload.status),
        "is_final": upload.status in FINAL_STATUSES,
        "work": work,
        "decisions": decision_facts(upload),
        "steps": steps_of(upload, work, arrived_at=_arrival(services, upload)),
        "deliveries": [
            DeliveryLine(each, url, _delivery_chip(each)) for each, url in deliveries_of(session, upload_id)
        ],
        "filters": filters,
        **_staged(services, upload_id, filters),
    }
    return page(request, "console/inside.html", context)


@router.get("/staged")
def staged_part(
    upload_id: str,
    request: Request,
    filters: Annotated[StagedPage, Query()],
    agent: Agent,
    db: Db,
    services: AppServices,
) -> Response:
    upload, _ = require_upload(db, agent, upload_id)
    return page(
        request, "console/staged.html", {"upload": upload, "filters": filters, **_staged(services, upload_id, filters)}
    )


@router.get("/staged/{row_number}")
def staged_cells_part(
    upload_id: str,
    row_number: Annotated[int, Path(ge=1, le=2**31 - 1)],
    request: Request,
    agent: Agent,
    services: AppServices,
) -> Response:
    """The cells of one staged record, for the table, which loads them on demand."""
    try:
        items = services.staged_records.of_row(upload_id, row_number)
    except StagingUnreachable:
        items = []
    return page(request, "console/staged_cells.html", {"item": items[0] if items else None})


def _arrival(services: Services, upload: Upload) -> datetime | None:
    if not upload.file_version_id:
        return None
    return services.stored_files.arrived_at(upload.file_s3_key, upload.file_version_id)


def _staged(services: Services, upload_id: str, filters: StagedPage) -> dict[str, Any]:
    """A page of staged records; None if the table does not answer, so that the rest of the page still appears."""
    try:
        if filters.row:
            items = services.staged_records.of_row(upload_id, filters.row)
        else:
            items = services.staged_records.page(upload_id, after=filters.after, limit=_PAGE + 1)
    except StagingUnreachable:
        return {"staged": None, "staged_after": None}
    has_more = len(items) > _PAGE
    return {
        "staged": [_line(item) for item in items[:_PAGE]],
        "staged_after": items[_PAGE - 1].record_id if has_more else None,
    }


def _line(item: StagedItem) -> StagedLine:
    return StagedLine(
        row_number=item.row_number,
        record_id=item.record_id,
        chip=_STAGED_CHIPS.get(item.status, Chip(item.status, "quiet")),
        staged_at=item.created_at,
        decided_after=_duration(item),
        sku=item.cells.get("sku"),
        name=item.cells.get("product_name"),
        errors=[error_word(error) for error in item.errors],
    )


def _duration(item: StagedItem) -> str | None:
    if not (item.created_at and item.processed_at):
        return None
    return in_short((item.processed_at - item.created_at).total_seconds())


def _delivery_chip(delivery: WebhookDelivery) -> Chip:
    if delivery.delivered_at:
        return Chip("Delivered", "good")
    return Chip("To be tried", "busy") if delivery.next_attempt_at else Chip("Given up", "bad")
