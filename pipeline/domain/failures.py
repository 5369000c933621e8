"""Failures and warnings of a file. Nothing of a file with a failure reaches the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from pipeline.domain.columns import Column
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.guards import GuardFinding
from pipeline.domain.one_line import one_line
from pipeline.domain.proposals import Proposal
from pipeline.domain.severity import Severity, WarningCode, severity_of


class FailureCode(StrEnum):
    """Why a file as a whole is not accepted, in the order of checking."""

    VENDOR_NOT_FOUND = "VENDOR_NOT_FOUND"
    VENDOR_INACTIVE = "VENDOR_INACTIVE"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    EMPTY_FILE = "EMPTY_FILE"
    PASSWORD_PROTECTED = "PASSWORD_PROTECTED"  # noqa: S105
    NOT_A_CSV = "NOT_A_CSV"
    UNSUPPORTED_ENCODING = "UNSUPPORTED_ENCODING"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    DUPLICATE_COLUMNS = "DUPLICATE_COLUMNS"
    MISSING_COLUMNS = "MISSING_COLUMNS"
    UNCLOSED_QUOTE = "UNCLOSED_QUOTE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    NO_DATA_ROWS = "NO_DATA_ROWS"
    CONFIRMATION_NEEDED = "CONFIRMATION_NEEDED"
    FILE_NOT_RECEIVED = "FILE_NOT_RECEIVED"
    PROCESSING_FAILED = "PROCESSING_FAILED"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file is not accepted: what is wrong, what to do, the line if there is one, and what would mend it."""

    code: FailureCode
    message: str
    line: int | None = None
    proposal: Proposal | None = None
    guards: tuple[GuardFinding, ...] = ()

    def __post_init__(self) -> None:
        _keep_on_one_line(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Reads what `dataclasses.asdict` made of one, and JSON of that; older versions stored no proposal."""
        proposal = stored.get("proposal")
        return cls(
            stored["code"],
            stored["message"],
            stored.get("line"),
            Proposal.of(proposal) if proposal else None,
            tuple(map(GuardFinding.of_stored, stored.get("guards") or ())),
        )

    def as_json(self) -> dict[str, Any]:
        """As clients see it."""
        proposal = self.proposal.as_json() if self.proposal else None
        return {**asdict(self), "proposal": proposal, "guards": [asdict(each) for each in self.guards] or None}


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something about a file that its vendor should look at, whether the file is accepted or not."""

    code: WarningCode
    message: str
    line: int | None = None

    def __post_init__(self) -> None:
        _keep_on_one_line(self)

    @property
    def severity(self) -> Severity:
        return severity_of(self.code)


def _keep_on_one_line(notice: Failure | FileWarning) -> None:
    """Keeps quoted text from starting a line of its own in a mail or a log."""
    # The dataclasses are frozen, so a plain assignment would raise.
    object.__setattr__(notice, "message", one_line(notice.message, max_length=2000))


def still_withdrawn(records: int) -> list[FileWarning]:
    """The warning about records that changed a withdrawn product and left it so, if there are any."""
    if not records:
        return []
    rows = (
        "1 row changed a product that is withdrawn and stays so"
        if records == 1
        else (f"{records} rows changed products that are withdrawn and stay so")
    )
    message = f"{rows}. To put it on sale again, write active into a column listing_status."
    return [FileWarning(WarningCode.STILL_WITHDRAWN, message)]


@dataclass(frozen=True, slots=True)
class DetectedFormat:
    """What the reader knew about a file when it found the failure."""

    encoding: str | None = None
    delimiter: str | None = None
    columns: tuple[Column, ...] = ()
    header_row: int | None = None
    """The sheet row of the header."""
    warnings: tuple[FileWarning, ...] = ()
    file_format: FileFormat | None = None
    sheet: str | None = None
    """The name of the sheet of a workbook."""


class UnacceptableFile(Exception):
    """A file cannot be accepted."""

    def __init__(
        self,
        code: FailureCode,
        message: str,
        line: int | None = None,
        proposal: Proposal | None = None,
        guards: Sequence[GuardFinding] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.failure = Failure(code, message, line, proposal, tuple(guards))
        self.detected_format = DetectedFormat()

    def add_words(self, words: str) -> None:
        """Adds sentences to the message."""
        self.failure = replace(self.failure, message=f"{self.failure.message} {words}".rstrip())


def check_size(size: int, limit: int) -> None:
    """Raises UnacceptableFile for a file of more than `limit` bytes."""
    if size > limit:
        message = f"The file has {size} bytes; at most {limit} are allowed. Split it into parts."
        raise UnacceptableFile(FailureCode.FILE_TOO_LARGE, message)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be. The API publishes these limits; settings change them."""

    file_bytes: int = 1024**3
    rows: int = 2_000_000
    columns: int = 500
    row_bytes: int = 256 * 1024
