"""The list of uploads, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.dependencies import Db
from api.entry.door import Door
from api.portal.again import asks
from api.portal.bars import Part, proportion
from api.portal.corrected import state_of
from api.portal.forms import Blank, Day, ListFilter, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from api.portal.statuses import NEEDS_ANSWER, STATUS_CHOICES, Chip, chip_of_result
from api.portal.upload_summary import result_of
from pipeline.domain.uploads import FINAL_STATUSES, UploadStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import NEWEST_UPLOADS, UploadFilter, file_names, find_uploads
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
    is_settled: bool
    """Whether nothing is left to do about its rejected rows."""
    corrected: str | None
    """How many of its rejected rows have been corrected since."""
    corrects: tuple[str, str] | None
    """The name of the file that it corrects, and the address of that upload."""
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
        "lines": upload_lines(db, uploads.items),
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


def upload_lines(cursor: Cursor, uploads: Sequence[tuple[Upload, str | None]]) -> list[UploadLine]:
    """The lines of one page; the number of queries does not depend on theirs."""
    parents = file_names(cursor, {upload.parent_upload_id for upload, _ in uploads if upload.parent_upload_id})
    asking = asks(cursor, [upload for upload, _ in uploads])
    return [
        _line(
            upload,
            vendor_name,
            asks=upload.upload_id in asking,
            corrects=parents.get(upload.parent_upload_id) if upload.parent_upload_id else None,
        )
        for upload, vendor_name in uploads
    ]


def _line(upload: Upload, vendor_name: str | None, *, asks: bool, corrects: str | None) -> UploadLine:
    result = result_of(upload)
    return UploadLine(
        address=f"/uploads/{upload.upload_id}",
        file_name=upload.file_name,
        upload_id=upload.upload_id,
        vendor_name=vendor_name,
        chip=NEEDS_ANSWER if asks else chip_of_result(result),
        dry_run=upload.dry_run,
        sent_at=upload.upload_timestamp,
        total=upload.total_records,
        valid=upload.valid_records,
        rejected=upload.error_records,
        is_settled=result.is_corrected or result.is_there_already,
        corrected=state_of(upload).short if upload.corrected_records else None,
        corrects=(corrects, f"/uploads/{upload.parent_upload_id}") if corrects else None,
        bar=rows_bar(upload),
        outcomes=None if result.only_creates else result.outcomes_in_words,
        note=(upload.failure or {}).get("message") if upload.status in FINAL_STATUSES else None,
    )


def rows_bar(upload: Upload) -> list[Part]:
    return proportion(result_of(upload).parts)
