"""The seam between the forms of a file and what becomes of its rows: nothing behind it knows where rows came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

from pipeline.domain.columns import Column
from pipeline.domain.failures import DetectedFormat, FailureCode, FileWarning, Limits, UnacceptableFile
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.layout import Layout
from pipeline.domain.records import Row
from pipeline.reading.encodings.decoding import Encoding
from pipeline.reading.file_warnings import about_columns, encoding_guessed
from pipeline.reading.header.head import Head
from pipeline.reading.rows.lines_within import IsRecord
from pipeline.reading.rows.sheet_rows import FindSound
from pipeline.reading.rows.split_rows import AnyRows

JOINED_BY = "\t"
"""What is between the cells of a workbook's row where it is put to a pattern for lines; their texts rarely have one."""

_COUNTING_FACTOR = 2  # rows are counted up to twice the limit, to report the number and to find failures of higher rank


@dataclass(frozen=True, slots=True)
class Format:
    """The format of a file: what is detected before the first data row."""

    encoding: Encoding | None
    """None for a workbook."""
    head: Head
    layout: Layout
    file_format: FileFormat = FileFormat.CSV
    sheet: str | None = None
    """The name of the sheet that is read of a workbook."""

    @property
    def encoding_name(self) -> str | None:
        return self.encoding.name if self.encoding else None

    @property
    def delimiter(self) -> str | None:
        """None for a workbook."""
        return self.head.delimiter or None

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.head.columns


class Sheet(Protocol):
    """An open file: its format, its rows and, after the last row, its warnings."""

    @property
    def format(self) -> Format: ...

    @property
    def limits(self) -> Limits: ...

    def rows(self) -> Iterator[Row]:
        """Every data row in order.

        Reads to the end even if the file cannot be accepted: the rest may have a failure that comes first in the order
        of checking.
        """

    def row_groups(self, find_sound: FindSound | None, is_record: IsRecord | None = None) -> Iterator[AnyRows]:
        """Like `rows`, but may yield rows that `find_sound` recognizes, and runs of short rows, as groups.

        With `is_record`, a file fails if a line within a quoted cell is a record without errors.
        """

    def warnings(self) -> list[FileWarning]: ...

    def again(self, layout: Layout) -> Self:
        """The same file, to be read from its first row once more."""


def within_limit(rows: Iterator[AnyRows], limits: Limits, name: str = "The file") -> Iterator[AnyRows]:
    """The rows. Raises UnacceptableFile at their end if they are too many, or none; `name` is what has them."""
    count, limit = 0, limits.rows
    for row in rows:
        count += row.count
        if count <= limit:
            yield row
        elif count > _COUNTING_FACTOR * limit:
            raise _too_many_rows(f"more than {_COUNTING_FACTOR * limit}", limit)
    if count > limit:
        raise _too_many_rows(str(count), limit)
    if not count:
        message = f"{name} has a header but no rows below it. Add your products and send it again."
        raise UnacceptableFile(FailureCode.NO_DATA_ROWS, message)


def _too_many_rows(count: str, limit: int) -> UnacceptableFile:
    message = (
        f"The file has {count} rows; at most {limit} are allowed. Split it into several files, each with the header."
    )
    return UnacceptableFile(FailureCode.TOO_MANY_ROWS, message)


def detected_format(
    encoding: Encoding | None, head: Head | None, limits: Limits, file_format: FileFormat, sheet: str | None = None
) -> DetectedFormat:
    """What to report about a file that is not accepted. Its columns are left out if there are too many."""
    warnings = tuple(encoding_guessed(encoding)) if encoding else ()
    name = encoding.name if encoding else None
    if head is None:
        return DetectedFormat(name, warnings=warnings, file_format=file_format, sheet=sheet)
    columns: tuple[Column, ...] = ()
    if len(head.columns) <= limits.columns:
        columns, warnings = head.columns, warnings + tuple(about_columns(head))
    return DetectedFormat(name, head.delimiter or None, columns, head.sheet_row, warnings, file_format, sheet)
