"""What can be wrong with a file as a whole; nothing of such a file reaches the catalogue."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.columns import Column
from pipeline.domain.one_line import one_line
from pipeline.domain.severity import Severity, WarningCode, severity_of


class FailureCode(StrEnum):
    """Why a file as a whole is not accepted, in the order of checking."""

    VENDOR_NOT_FOUND = "VENDOR_NOT_FOUND"
    VENDOR_INACTIVE = "VENDOR_INACTIVE"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    EMPTY_FILE = "EMPTY_FILE"
    NOT_A_CSV = "NOT_A_CSV"
    UNSUPPORTED_ENCODING = "UNSUPPORTED_ENCODING"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    DUPLICATE_COLUMNS = "DUPLICATE_COLUMNS"
    MISSING_COLUMNS = "MISSING_COLUMNS"
    UNCLOSED_QUOTE = "UNCLOSED_QUOTE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    NO_DATA_ROWS = "NO_DATA_ROWS"
    FILE_NOT_RECEIVED = "FILE_NOT_RECEIVED"
    PROCESSING_FAILED = "PROCESSING_FAILED"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file cannot be accepted: what was found, where (a line, if there is one), what to do."""

    code: FailureCode
    message: str
    line: int | None = None

    def __post_init__(self) -> None:
        _keep_on_one_line(self)


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something about a file that its vendor should know, whether it was accepted or not."""

    code: WarningCode
    message: str
    line: int | None = None

    def __post_init__(self) -> None:
        _keep_on_one_line(self)

    @property
    def severity(self) -> Severity:
        return severity_of(self.code)


def _keep_on_one_line(notice: Failure | FileWarning) -> None:
    """A message quotes the file: no text of it stands on a line of its own in a mail or a log."""
    object.__setattr__(notice, "message", one_line(notice.message, most=2000))


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found out about a file before it turned out that it cannot be accepted."""

    encoding: str | None = None
    delimiter: str | None = None
    columns: tuple[Column, ...] = ()
    header_row: int | None = None
    """The header's sheet row."""
    warnings: tuple[FileWarning, ...] = ()


class UnacceptableFile(Exception):
    """Raised while reading a file that cannot be accepted."""

    def __init__(self, code: FailureCode, message: str, line: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.failure = Failure(code, message, line)
        self.detected = Detected()


def check_size(size: int, most: int) -> None:
    """Raises for a file of more bytes than are allowed."""
    if size > most:
        message = f"The file has {size} bytes; at most {most} are allowed. Split it into parts."
        raise UnacceptableFile(FailureCode.FILE_TOO_LARGE, message)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be; published by the API and configurable."""

    file_bytes: int = 1024**3
    rows: int = 2_000_000
    columns: int = 500
    row_bytes: int = 256 * 1024
