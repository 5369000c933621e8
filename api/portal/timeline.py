"""The timeline of an upload, as its vendor sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.portal.again import question_of
from api.portal.durations import in_words
from api.portal.statuses import chip_of
from api.portal.upload_summary import result_of
from pipeline.domain.uploads import DIRECT_DROP, FINAL_STATUSES, UploadStatus
from pipeline.postgres.rows import Upload


class Kind(StrEnum):
    BEGINNING = "beginning"
    READING = "reading"
    PROGRESS = "progress"
    END = "end"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True)
class Event:
    """An event of an upload; `more` is a detail for its vendor."""

    kind: Kind
    at: datetime
    what: str
    more: str = ""


def timeline(upload: Upload) -> list[Event]:
    """The events of an upload, the oldest first."""
    return sorted(_events(upload), key=lambda event: event.at)


def _events(upload: Upload) -> Iterator[Event]:
    yield _beginning(upload)
    if upload.processing_started_at:
        yield Event(Kind.READING, upload.processing_started_at, "Reading began")
    if upload.status == UploadStatus.PROCESSING and upload.last_progress_at:
        yield Event(Kind.PROGRESS, upload.last_progress_at, "Latest progress")
    if upload.status in FINAL_STATUSES and upload.processing_completed_at:
        yield Event(Kind.END, upload.processing_completed_at, _end(upload), _duration(upload))
    if upload.notified_at:
        yield Event(Kind.NOTIFICATION, upload.notified_at, "Notification sent")


def _end(upload: Upload) -> str:
    if result_of(upload).is_there_already:
        return "Ended"
    if question_of(upload):
        return "Ended, with a question"
    return "Ended, with rows to correct" if upload.status == UploadStatus.PARTIAL else chip_of(upload.status).word


def _beginning(upload: Upload) -> Event:
    if upload.created_by == DIRECT_DROP:
        return Event(Kind.BEGINNING, upload.upload_timestamp, "Found in the bucket", "put there by your own tool")
    key = f"with key {upload.created_by}" if upload.created_by else ""
    return Event(Kind.BEGINNING, upload.upload_timestamp, "Announced", key)


def _duration(upload: Upload) -> str:
    if not (upload.processing_started_at and upload.processing_completed_at):
        return ""
    return f"after {in_words((upload.processing_completed_at - upload.processing_started_at).total_seconds())}"
