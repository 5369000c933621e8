"""What has been corrected of an upload's rejected rows: a part of its page, which asks again while rows are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.entry.door import Door
from api.lookups import require_upload
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from api.portal.statuses import CORRECTED, Chip, chip_of
from api.portal.stored_files import has_stored_file
from api.sessions import DbSession
from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.outcome.corrected import Corrected, lines_above
from pipeline.postgres.database import Cursor
from pipeline.postgres.lineage import Correction, corrected_by, corrections_of
from pipeline.postgres.rows import Upload

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")

_MOST = 5
_WHILE_UNDER_WAY, _SOON, _LATER = 2, 5, 30  # seconds
_SOON_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CorrectedSoFar:
    """The part of the page. `pause_seconds` is when it asks again; None if nothing can change any more."""

    count: int
    sentence: str
    is_finished: bool
    corrections: Sequence[tuple[Correction, Chip]]
    has_earlier: bool
    pause_seconds: int | None


@router.get("/corrected")
def corrected_part(
    upload_id: str,
    request: Request,
    visitor: CurrentVisitor,
    session: DbSession,
    last_count: Annotated[int, Query(alias="told")] = 0,
) -> Response:
    """`last_count` is the number of corrected rows that the page shows; screen readers are told of another."""
    upload, _ = require_upload(session.cursor, visitor.principal, upload_id)
    if (so_far := corrected_so_far(session.cursor, upload)) is None:
        return Response(status_code=204)
    context: dict[str, Any] = {"upload": upload, "so_far": so_far, "last_count": last_count}
    return page(request, "corrected.html", context)


def corrected_so_far(cursor: Cursor, upload: Upload) -> CorrectedSoFar | None:
    """None if no row was rejected."""
    if not upload.error_records:
        return None
    corrections = corrections_of(cursor, upload.upload_id, limit=_MOST + 1)
    state = state_of(upload)
    return CorrectedSoFar(
        count=state.corrected,
        sentence=state.sentence,
        is_finished=state.is_finished,
        corrections=[(each, CORRECTED if each.is_corrected else chip_of(each.status)) for each in corrections[:_MOST]],
        has_earlier=len(corrections) > _MOST,
        pause_seconds=_pause(upload, corrections) if state.left and has_stored_file(upload) else None,
    )


def state_of(upload: Upload) -> Corrected:
    return Corrected(upload.upload_id, upload.file_name, upload.error_records, upload.corrected_records)


def _pause(upload: Upload, corrections: Sequence[Correction]) -> int:
    if any(each.status not in FINAL_STATUSES for each in corrections):
        return _WHILE_UNDER_WAY
    ended_at = upload.processing_completed_at
    return _SOON if ended_at and datetime.now(UTC) - ended_at < _SOON_AFTER else _LATER


def what_it_corrects(cursor: Cursor, upload: Upload) -> dict[str, Any]:
    """What the page of a correction says of the uploads above it."""
    above = corrected_by(cursor, upload.upload_id) if upload.parent_upload_id else []
    rows = min(upload.total_records, above[0].rejected) if above and upload.total_records else None
    return {"corrects": lines_above(above, dry_run=upload.dry_run), "corrects_rows": rows}
