"""What the page of an upload says of it: one sentence, how far it is, what happened when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.portal.durations import in_words
from pipeline.domain.failures import FILE_NOT_RECEIVED, PROCESSING_FAILED
from pipeline.domain.severity import severity_of
from pipeline.domain.uploads import (
    AWAITING_UPLOAD,
    CANCELLED,
    COMPLETED,
    EXPIRED,
    FAILED,
    FINAL,
    PARTIAL,
    PROCESSING,
)
from pipeline.outcome.percentages import short_percentage
from pipeline.postgres.tables import Upload

_DRY = " This was a dry run: nothing went into the catalogue."
_CHECK = " Something may be wrong with them, though: please check what is named below."
_LEAST_SECONDS = 2.0
_LEAST_SHARE = 0.02


def sentence(upload: Upload) -> str:
    """What became of the upload, in one sentence."""
    said = _SENTENCES[upload.status](upload)
    if upload.status == COMPLETED and any(severity_of(each["code"]) == "warning" for each in upload.warnings):
        said += _CHECK
    if upload.dry_run and upload.status in {COMPLETED, PARTIAL, FAILED}:
        said += _DRY
    return said


def _completed(upload: Upload) -> str:
    if upload.dry_run:
        return "The one row is sound." if upload.valid_records == 1 else f"All {upload.valid_records:,} rows are sound."
    if upload.valid_records == 1:
        return "The product is in the catalogue."
    return f"All {upload.valid_records:,} products are in the catalogue."


def _partial(upload: Upload) -> str:
    of_all = f"{upload.valid_records:,} of {upload.total_records or 0:,}"
    good = "rows are sound" if upload.dry_run else "products are in the catalogue"
    bad = (
        "1 row needs a correction" if upload.error_records == 1 else f"{upload.error_records:,} rows need a correction"
    )
    return f"{of_all} {good}; {bad}."


def _failed(upload: Upload) -> str:
    if upload.failure and upload.failure["code"] == PROCESSING_FAILED:
        stay = f" {upload.valid_records:,} products are in the catalogue all the same." if upload.valid_records else ""
        return f"We could not finish this file, and that is our fault.{stay}"
    if upload.failure:
        return "The file could not be accepted, so nothing of it is in the catalogue."
    if upload.total_records == 1:
        return "The one row needs a correction."
    return f"None of the {upload.total_records or 0:,} rows could be accepted; each needs a correction."


def _cancelled(upload: Upload) -> str:
    if not (upload.valid_records or upload.error_records):
        return "This upload was cancelled before any row was checked."
    good = "rows were sound" if upload.dry_run else "products are in the catalogue"
    return (
        f"This upload was cancelled. {upload.valid_records:,} {good}, {upload.error_records:,} rows were rejected,"
        f" {upload.not_processed_records:,} were not checked."
    )


def _processing(upload: Upload) -> str:
    if upload.total_records is None:
        return "Your file has arrived. We are reading it from the first line to the last."
    return "We are checking every row. You may leave this page: the result will be here."


_SENTENCES = {
    AWAITING_UPLOAD: lambda _: "We are waiting for the file.",
    PROCESSING: _processing,
    COMPLETED: _completed,
    PARTIAL: _partial,
    FAILED: _failed,
    EXPIRED: lambda _: "The file did not arrive in time, so nothing was done.",
    CANCELLED: _cancelled,
}


def next_step(upload: Upload) -> str:
    """What the button says that leads to the next file."""
    if upload.failure and upload.failure["code"] in {FILE_NOT_RECEIVED, PROCESSING_FAILED}:
        return "Send the file again"
    return "Send the corrected file" if upload.failure or upload.error_records else "New upload"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way; `state` is `done`, `now` or `next`."""

    word: str
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is that has not ended."""

    stages: list[Stage]
    decided: int
    total: int | None
    percent: str
    quarter: int
    left: str | None
    pause_seconds: int


def progress_of(upload: Upload, now: datetime) -> Progress:
    decided = upload.valid_records + upload.error_records
    total = upload.total_records
    return Progress(
        stages=_stages(_step(upload, decided)),
        decided=decided,
        total=total,
        percent=short_percentage(decided, total),
        quarter=4 * decided // total if total else 0,
        left=_left(upload, decided, now),
        pause_seconds=_pause(upload, now),
    )


_STEPS = ("Receiving the file", "Reading the file", "Checking the rows", "Writing the reports")


def _step(upload: Upload, decided: int) -> int:
    if upload.status == AWAITING_UPLOAD:
        return 0
    if upload.total_records is None:
        return 1
    return 2 if decided < upload.total_records else 3


def _stages(current: int) -> list[Stage]:
    states = ["done" if i < current else "now" if i == current else "next" for i in range(len(_STEPS))]
    return [Stage(word, state) for word, state in zip(_STEPS, states, strict=True)]


def _left(upload: Upload, decided: int, now: datetime) -> str | None:
    """The time that the rest will take if it goes on as it went; None where that would be a guess."""
    if not upload.total_records or upload.processing_started_at is None or decided >= upload.total_records:
        return None
    so_far = (now - upload.processing_started_at).total_seconds()
    if so_far < _LEAST_SECONDS or decided / upload.total_records < _LEAST_SHARE:
        return None
    return f"{in_words(so_far * (upload.total_records - decided) / decided)} left"


def _pause(upload: Upload, now: datetime) -> int:
    """Seconds until it is worth asking again."""
    return 1 if (now - upload.upload_timestamp).total_seconds() < 60 else 2


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an upload; `by` or `after` says more of it."""

    at: datetime
    what: str
    more: str = ""


def timeline(upload: Upload) -> list[Event]:
    return sorted(_events(upload), key=lambda event: event.at)


def _events(upload: Upload) -> Iterator[Event]:
    if upload.created_by == "direct_drop":
        yield Event(upload.upload_timestamp, "Put into the bucket", "by your own tool")
    else:
        yield Event(upload.upload_timestamp, "Announced", f"with key {upload.created_by}" if upload.created_by else "")
    if upload.processing_started_at:
        yield Event(upload.processing_started_at, "Reading began")
    if upload.status == PROCESSING and upload.last_progress_at:
        yield Event(upload.last_progress_at, "Latest progress")
    if upload.status in FINAL and upload.processing_completed_at:
        yield Event(upload.processing_completed_at, ENDS[upload.status], _took(upload))
    if upload.notified_at:
        yield Event(upload.notified_at, "Notification sent")


ENDS = {
    COMPLETED: "Completed",
    PARTIAL: "Ended, with rows to correct",
    FAILED: "Failed",
    EXPIRED: "Expired",
    CANCELLED: "Cancelled",
}


def _took(upload: Upload) -> str:
    if not (upload.processing_started_at and upload.processing_completed_at):
        return ""
    return f"after {in_words((upload.processing_completed_at - upload.processing_started_at).total_seconds())}"
