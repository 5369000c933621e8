"""Reads a vendor's CSV file: text into rows, each with its row number, line and sheet row.

`open_sheet` finds encoding, delimiter and header; `Sheet.rows` then yields every data row in order. A file
that cannot be accepted raises `UnacceptableFile`; a row that cannot be read is yielded as malformed.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import cast

from pipeline.domain.columns import Column
from pipeline.domain.failures import DetectedFormat, FailureCode, FileWarning, Limits, UnacceptableFile
from pipeline.domain.records import DamagedRow, Row
from pipeline.domain.severity import WarningCode
from pipeline.reading.encodings.detection import Encoding, Source, detect_encoding
from pipeline.reading.file_types import named_for_what_it_is
from pipeline.reading.file_warnings import Noted, encoding_guessed, rows_above_header, unknown_columns
from pipeline.reading.header.checks import check_head
from pipeline.reading.header.head import Head, read_head
from pipeline.reading.lineage import marks_of
from pipeline.reading.lines import Lines
from pipeline.reading.rows.damaged_rows import IsRecord
from pipeline.reading.rows.row_shape import Likeness
from pipeline.reading.rows.sheet_rows import FindSound, SheetRows
from pipeline.reading.rows.split_rows import AnyRows, without_parts

_START_BYTES = 4096
_COUNTED_LIMITS = 2  # rows are counted as far as this, so that what is checked earlier is still found


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written down: what the reader found before its first data row."""

    encoding: Encoding
    head: Head

    @property
    def delimiter(self) -> str:
        return self.head.delimiter

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.head.columns


@dataclass(slots=True)
class Sheet:
    """An opened file: its format, its rows, and, once they have all passed by, its warnings."""

    source: Source
    format: Format
    limits: Limits
    long_rows: Noted = field(default_factory=Noted)
    short_rows: Noted = field(default_factory=Noted)
    bare_quotes: Noted = field(default_factory=Noted)
    spaced_quotes: Noted = field(default_factory=Noted)

    def rows(self, is_record: IsRecord | None = None) -> Iterator[Row]:
        """Every data row in order. Runs through to the end of the file even where it cannot be accepted,
        because an earlier failure in the order of checking may still be found there."""
        return cast(Iterator[Row], self.rows_and_sound_ones(None, is_record))

    def rows_and_sound_ones(self, find_sound: FindSound | None, is_record: IsRecord | None = None) -> Iterator[AnyRows]:
        """The same, but rows that are sound beyond doubt come together, many at a time, and so do short lines.

        With `is_record`, a file is refused if a line within a quoted cell is a record without errors.
        """
        row_number, limit = 0, self.limits.rows
        for row in self._data_rows(find_sound, is_record):
            row.row_number = row_number + 1
            row_number += row.count
            if row_number <= limit:
                yield row
            elif row_number > _COUNTED_LIMITS * limit:  # what is wrong beyond that, nobody needs to know
                raise _too_many_rows(f"more than {_COUNTED_LIMITS * limit}", limit)
        if row_number > limit:
            raise _too_many_rows(str(row_number), limit)
        if not row_number:
            message = "The file has a header but no rows below it. Add your products and send it again."
            raise UnacceptableFile(FailureCode.NO_DATA_ROWS, message)

    def warnings(self) -> list[FileWarning]:
        return [
            *encoding_guessed(self.format.encoding),
            *rows_above_header(self.format.head),
            *unknown_columns(self.format.columns, self.format.head.line),
            *self.long_rows.warning(
                WarningCode.LONG_ROWS, "more cells than the header; the extra ones are empty and were ignored"
            ),
            *self.short_rows.warning(
                WarningCode.SHORT_ROWS, "fewer cells than the header; the missing ones count as empty"
            ),
            *self.bare_quotes.warning(
                WarningCode.BARE_QUOTES, "a quote inside a cell that is not in quotes; it was read as text"
            ),
            *self.spaced_quotes.warning(WarningCode.SPACED_QUOTES, "blanks around a cell in quotes; they were dropped"),
        ]

    def _data_rows(self, find_sound: FindSound | None, is_record: IsRecord | None) -> Iterator[AnyRows]:
        marks = marks_of(self.format.columns)
        with closing(Lines(self.source, self.format.encoding, self.limits)) as lines:
            _skip(lines, self.format.head.last_line)
            head = self.format.head
            likeness = Likeness(head.columns)
            rows = SheetRows(
                lines, head.delimiter, likeness, head.sheet_row, find_sound=find_sound, is_record=is_record
            )
            for row in without_parts(self._or_earlier_failure(iter(rows)), likeness, head.delimiter):
                if isinstance(row, Row):
                    if not isinstance(row, DamagedRow):
                        self._note(row)
                    if marks:
                        marks.take_back(row, head.delimiter)
                yield row

    def _or_earlier_failure(self, rows: Iterator[AnyRows]) -> Iterator[AnyRows]:
        try:
            yield from rows
        except UnacceptableFile as refused:
            if refused.failure.code == FailureCode.UNCLOSED_QUOTE:
                _check_no_zero(self.source, self.format.encoding, self.limits)
            raise

    def _note(self, row: Row) -> None:
        """Notes in what a row differs from the plainest one, and cuts off empty cells beyond the header."""
        if len(row.cells) > len(self.format.columns):
            self.long_rows.add(row.line)
            del row.cells[len(self.format.columns) :]
        elif len(row.cells) < len(self.format.columns):
            self.short_rows.add(row.line)
        if row.bare_quotes:
            self.bare_quotes.add(row.line)
        if row.spaced_quotes:
            self.spaced_quotes.add(row.line)


def _too_many_rows(found: str, limit: int) -> UnacceptableFile:
    message = (
        f"The file has {found} rows; at most {limit} are allowed. Split it into several files, each with the header."
    )
    return UnacceptableFile(FailureCode.TOO_MANY_ROWS, message)


def open_sheet(source: Source, limits: Limits) -> Sheet:
    """Finds out how the file is written and checks that it can be accepted as far as its header tells."""
    _check_not_disguised(source)
    encoding, head = detect_encoding(source), None
    try:
        with closing(Lines(source, encoding, limits)) as lines:
            head = read_head(lines)
        check_head(head, limits)
    except UnacceptableFile as refused:
        if refused.failure.code != FailureCode.NOT_A_CSV:
            _check_no_zero(source, encoding, limits)  # comes first in the order of checking
            refused.detected_format = detected_format(encoding, head, limits)
        raise
    return Sheet(source, Format(encoding, head), limits)


def detected_format(encoding: Encoding, head: Head | None, limits: Limits) -> DetectedFormat:
    """What can be told of a file that is not accepted; of too many columns, only that they are too many."""
    warnings = tuple(encoding_guessed(encoding))
    if head is None:
        return DetectedFormat(encoding.name, warnings=warnings)
    columns = head.columns if len(head.columns) <= limits.columns else ()
    return DetectedFormat(encoding.name, head.delimiter, columns, head.sheet_row, warnings)


def _skip(lines: Lines, last_line: int) -> None:
    while (line := lines.line()) and line.number < last_line:
        pass


def _check_not_disguised(source: Source) -> None:
    with source() as file:
        name = named_for_what_it_is(file.read(_START_BYTES))
    if name:
        message = f"This is {name}, not a CSV file. Export your products as CSV (UTF-8) and send that file."
        raise UnacceptableFile(FailureCode.NOT_A_CSV, message)


def _check_no_zero(source: Source, encoding: Encoding, limits: Limits) -> None:
    with closing(Lines(source, encoding, limits)) as lines:
        while lines.block():
            pass
