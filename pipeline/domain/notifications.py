"""The one message that a vendor gets at the end of an upload (contract §4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.rules import shortened
from pipeline.domain.uploads import FAILED


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of error and how many of an upload's errors are of it; `value` only where it is the cause.

    `rows` are the first rows that have it.
    """

    error_type: str
    count: int
    error_field: str | None = None
    value: str | None = None
    suggestion: str | None = None
    rows: Sequence[int] = ()

    @property
    def label(self) -> str:
        where = f" in {self.error_field}" if self.error_field else ""
        what = f' "{shortened(self.value)}"' if self.value else ""
        instead = f': write "{self.suggestion}"' if self.suggestion else ""
        return f"{self.error_type}{where}{what}{instead}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an upload; `total_records` is None when the file failed as a whole."""

    upload_id: str
    file_name: str
    status: str
    total_records: int | None
    valid_records: int
    error_records: int
    dry_run: bool = False
    failure_message: str | None = None
    is_our_fault: bool = False
    causes: Sequence[Cause] = ()
    report_link: str | None = None


def percentage(part: int, whole: int | None) -> str:
    """Rounded down to 0.1, so that 100.0% means all of them."""
    permille = part * 1000 // whole if whole else 0
    return f"{permille // 10}.{permille % 10}%"


def subject(outcome: Outcome) -> str:
    share = percentage(outcome.valid_records, outcome.total_records)
    ended = "Upload Failed" if outcome.status == FAILED else f"Upload Complete ({share} Success)"
    return f"Dry run: {ended}" if outcome.dry_run else ended


def body(outcome: Outcome) -> str:
    total = outcome.total_records
    lines = [
        f"Upload ID: {outcome.upload_id}",
        f"File: {outcome.file_name}",
        f"Total: {total or 0}",
        f"Valid: {outcome.valid_records} ({percentage(outcome.valid_records, total)})",
        f"Invalid: {outcome.error_records} ({percentage(outcome.error_records, total)})",
        f"Status: {outcome.status.upper()}",
    ]
    if outcome.failure_message:
        lines.append(f"Reason: {outcome.failure_message}")
    lines += [f"{cause.count} x {cause.label}" for cause in outcome.causes]
    if outcome.report_link:
        lines.append(f"Download Errors: {outcome.report_link}")
    return "\n".join(lines) + "\n"
