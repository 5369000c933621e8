"""The list of uploads, the newest first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.dependencies import Db
from api.entry.door import Door
from api.portal.bars import Part, proportion
from api.portal.forms import Blank, Day, ListFilter, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from api.portal.statuses import STATUS_CHOICES, Chip, chip_of
from api.portal.upload_summary import result_of
from pipeline.domain.uploads import FINAL_STATUSES, UploadStatus
from pipeline.postgres.queries.uploads import NEWEST_UPLOADS, UploadFilter, find_uploads
from pipeline.postgres.rows import Upload

router = APIRouter(route_class=Door, include_in_schema=False)

_PAGE = 25


class UploadsFilter(ListFilter):
    """The filters of the list; `until` is the last day that is shown."""

    path = "/uploads"

    status: Annotated[UploadStatus | None, Blank] = None
    file_name: Words = None
    since: Day = None
    until: Day = None


@dataclass(frozen=True, slots=True)
class UploadLine:
    """One upload in the list."""

    address: str
    file_name: str
    upload_id: str
    vendor_name: str | None
    chip: Chip
    dry_run: bool
    sent_at: datetime
    total: int | None
    valid: int
    rejected: int
    bar: list[Part]
    outcomes: str | None
    """What became of the products, of a file that changes products."""
    note: str | None
    """Why the file was not accepted."""


@router.get("/uploads")
def uploads_page(
    request: Request, filters: Annotated[UploadsFilter, Query()], visitor: CurrentVisitor, db: Db
) -> Response:
    find = partial(find_uploads, db, visitor.principal.vendor_id, _filter(filters))
    uploads = read_slice(NEWEST_UPLOADS, filters.cursor, _PAGE, find)
    context = {
        "filters": filters,
        "here": filters.address(cursor=filters.cursor),
        "lines": [upload_line(*item) for item in uploads.items],
        "is_live": any(upload.status not in FINAL_STATUSES for upload, _ in uploads.items),
        "choices": [("", "All"), *STATUS_CHOICES],
        "older": filters.page_at(uploads.next_cursor),
    }
    return page(request, "uploads.html", context)


def _filter(filters: UploadsFilter) -> UploadFilter:
    return UploadFilter(
        status=(filters.status,) if filters.status else (),
        file_name=filters.file_name,
        from_=_midnight(filters.since),
        to=_midnight(filters.until + timedelta(days=1)) if filters.until else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def upload_line(upload: Upload, vendor_name: str | None) -> UploadLine:
    result = result_of(upload)
    return UploadLine(
        address=f"/uploads/{upload.upload_id}",
        file_name=upload.file_name,
        upload_id=upload.upload_id,
        vendor_name=vendor_name,
        chip=chip_of(upload.status),
        dry_run=upload.dry_run,
        sent_at=upload.upload_timestamp,
        total=upload.total_records,
        valid=upload.valid_records,
        rejected=upload.error_records,
        bar=rows_bar(upload),
        outcomes=None if result.only_creates else result.outcomes_in_words,
        note=(upload.failure or {}).get("message") if upload.status in FINAL_STATUSES else None,
    )


def rows_bar(upload: Upload) -> list[Part]:
    return proportion(result_of(upload).parts)
