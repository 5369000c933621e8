"""The summary on the page of an upload: its result, progress and next step."""

from dataclasses import dataclass
from datetime import datetime

from api.portal.durations import in_words
from pipeline.domain.failures import FailureCode
from pipeline.domain.severity import Severity, severity_of
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.percentages import short_percentage
from pipeline.outcome.results import Result
from pipeline.outcome.upload_view import all_warnings
from pipeline.postgres.rows import Upload

# Before that, an estimate of the remaining time would be a guess.
_LEAST_SECONDS = 2.0
_LEAST_SHARE = 0.02


def result_of(upload: Upload) -> Result:
    return Result(
        status=upload.status,
        total=upload.total_records,
        accepted=upload.valid_records,
        rejected=upload.error_records,
        dry_run=upload.dry_run,
        failure_code=upload.failure["code"] if upload.failure else None,
        is_doubtful=any(severity_of(each["code"]) == Severity.WARNING for each in all_warnings(vars(upload))),
        mode=upload.mode,
        updated=upload.updated_records,
        unchanged=upload.unchanged_records,
        superseded=upload.superseded_records,
        removed=upload.removed_records,
        is_undo=upload.undo_of is not None,
        already_in_catalogue=upload.already_in_catalogue_records,
        differing=upload.differing_records,
        corrected=upload.corrected_records,
    )


def next_step(upload: Upload) -> str:
    """The text of the button that leads to the next file."""
    if upload.failure and upload.failure["code"] in {FailureCode.FILE_NOT_RECEIVED, FailureCode.PROCESSING_FAILED}:
        return "Send the file again"
    result = result_of(upload)
    needs_file = upload.failure or (result.to_correct and not result.is_corrected)
    return "Send the corrected file" if needs_file else "New upload"


def next_address(upload: Upload) -> str:
    """The page for the next file, which begins with the choices of this one if it is to be sent again."""
    needs_file = upload.failure or (upload.error_records and not result_of(upload).is_corrected)
    return f"/uploads/new?like={upload.upload_id}" if needs_file else "/uploads/new"


def settled_errors(upload: Upload) -> str | None:
    """What the errors are about, if none of them needs a correction any more."""
    result, count = result_of(upload), sum(upload.errors_by_type.values())
    if result.is_corrected:
        return "1 error in a row that is corrected" if count == 1 else f"{count:,} errors in rows that are corrected"
    if not result.is_there_already:
        return None
    rows = "1 row is" if upload.error_records == 1 else f"{upload.error_records:,} rows are"
    return f"{rows} in your catalogue already"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the processing; `state` is `done`, `now` or `next`."""

    word: str
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of an upload that has not ended."""

    stages: list[Stage]
    decided: int
    total: int | None
    percent: str
    quarter: int
    remaining: str | None
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
        remaining=_remaining(upload, decided, now),
        pause_seconds=_pause(upload, now),
    )


_STEPS = ("Receiving the file", "Reading the file", "Checking the rows", "Writing the reports")


def _step(upload: Upload, decided: int) -> int:
    if upload.status == UploadStatus.AWAITING_UPLOAD:
        return 0
    if upload.total_records is None:
        return 1
    return 2 if decided < upload.total_records else 3


def _stages(current: int) -> list[Stage]:
    states = ["done" if i < current else "now" if i == current else "next" for i in range(len(_STEPS))]
    return [Stage(word, state) for word, state in zip(_STEPS, states, strict=True)]


def _remaining(upload: Upload, decided: int, now: datetime) -> str | None:
    """The estimated time until all rows are decided, at the speed so far; None if it is too early to say."""
    if not upload.total_records or upload.processing_started_at is None or decided >= upload.total_records:
        return None
    so_far = (now - upload.processing_started_at).total_seconds()
    if so_far < _LEAST_SECONDS or decided / upload.total_records < _LEAST_SHARE:
        return None
    return f"{in_words(so_far * (upload.total_records - decided) / decided)} left"


def _pause(upload: Upload, now: datetime) -> int:
    """Seconds until the page asks again."""
    return 1 if (now - upload.upload_timestamp).total_seconds() < 60 else 2
