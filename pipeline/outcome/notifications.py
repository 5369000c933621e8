"""The notification that a vendor gets at the end of an upload."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.decisions import UploadMode
from pipeline.domain.errors import DUPLICATES
from pipeline.domain.failures import Failure, FileWarning
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.one_line import one_line
from pipeline.domain.severity import Severity
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.percentages import percentage, percentage_of_rest
from pipeline.outcome.results import Result

_MAX_VALUE_LENGTH, _MAX_SUGGESTION_LENGTH, _MAX_NAME_LENGTH, _MAX_REASON_LENGTH = 60, 120, 255, 1000


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of error in an upload, and how often it occurs. `value` is set only if it is the cause; `rows` are the
    first rows with the error."""

    error_type: str
    count: int
    error_field: str | None = None
    value: str | None = None
    suggestion: str | None = None
    rows: Sequence[int] = ()
    is_suggested: bool = False
    """Whether every error has a suggestion."""

    @property
    def label(self) -> str:
        where = f" in {self.error_field}" if self.error_field else ""
        what = f' "{one_line(self.value, _MAX_VALUE_LENGTH)}"' if self.value else ""
        instead = f': write "{one_line(self.suggestion, _MAX_SUGGESTION_LENGTH)}"' if self.suggestion else ""
        return f"{self.error_type}{where}{what}{instead}"


def duplicates_last(causes: Sequence[Cause]) -> list[Cause]:
    """For a file of which the catalogue has many products already: these would hide what is to correct."""
    return sorted(causes, key=lambda cause: cause.error_type in DUPLICATES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an upload ended; `total_records` is None if the file failed as a whole."""

    upload_id: str
    file_name: str
    status: UploadStatus
    total_records: int | None
    valid_records: int
    error_records: int
    dry_run: bool = False
    failure: Failure | None = None
    causes: Sequence[Cause] = ()
    warnings: Sequence[FileWarning] = ()
    report_link: str | None = None
    file_format: FileFormat | None = None
    mode: UploadMode = UploadMode.CREATE
    updated_records: int = 0
    unchanged_records: int = 0
    superseded_records: int = 0
    removed_records: int = 0
    is_undo: bool = False
    already_in_catalogue_records: int = 0
    differing_records: int = 0

    @property
    def to_check(self) -> Sequence[FileWarning]:
        """The warnings of severity `warning`: something may be wrong."""
        return [warning for warning in self.warnings if warning.severity == Severity.WARNING]

    @property
    def result(self) -> Result:
        return Result(
            status=self.status,
            total=self.total_records,
            accepted=self.valid_records,
            rejected=self.error_records,
            dry_run=self.dry_run,
            failure_code=self.failure.code if self.failure else None,
            is_doubtful=bool(self.to_check),
            mode=self.mode,
            updated=self.updated_records,
            unchanged=self.unchanged_records,
            superseded=self.superseded_records,
            removed=self.removed_records,
            is_undo=self.is_undo,
            already_in_catalogue=self.already_in_catalogue_records,
            differing=self.differing_records,
        )


def _percentage_of_invalid(outcome: Outcome) -> str:
    """Completes the percentage of valid records to 100%, if every record is either valid or invalid."""
    total, valid, invalid = outcome.total_records, outcome.valid_records, outcome.error_records
    if not total or valid + invalid != total:
        return percentage(invalid, total)
    return percentage_of_rest(valid, total)


def subject(outcome: Outcome) -> str:
    share = percentage(outcome.valid_records, outcome.total_records)
    ended = "Upload Failed" if outcome.status == UploadStatus.FAILED else f"Upload Complete ({share} Success)"
    return f"Dry run: {ended}" if outcome.dry_run else ended


def body(outcome: Outcome) -> str:
    total = outcome.total_records
    lines = [
        f"Upload ID: {outcome.upload_id}",
        f"File: {one_line(outcome.file_name, _MAX_NAME_LENGTH)}",
        f"Total: {total or 0}",
        f"Valid: {outcome.valid_records} ({percentage(outcome.valid_records, total)})",
        f"Invalid: {outcome.error_records} ({_percentage_of_invalid(outcome)})",
        f"Status: {outcome.status.upper()}",
        *_outcome_lines(outcome),
    ]
    if outcome.failure:
        lines.append(f"Reason: {one_line(outcome.failure.message, _MAX_REASON_LENGTH)}")
    if outcome.to_check:
        lines.append(f"Warnings: {', '.join(dict.fromkeys(warning.code for warning in outcome.to_check))}")
    lines += [f"{cause.count} x {cause.label}" for cause in outcome.causes]
    if outcome.report_link:
        lines.append(f"Download Errors: {outcome.report_link}")
    return "\n".join(lines) + "\n"


def _outcome_lines(outcome: Outcome) -> list[str]:
    """What became of the valid records, of a file that may change products."""
    if outcome.mode == UploadMode.CREATE:
        return []
    lines = [
        f"Created: {outcome.result.created}",
        f"Updated: {outcome.updated_records}",
        f"Unchanged: {outcome.unchanged_records}",
    ]
    seldom = {"Superseded": outcome.superseded_records, "Removed": outcome.removed_records}
    return [*lines, *(f"{word}: {count}" for word, count in seldom.items() if count)]
