"""Reads a vendor's CSV file: text into rows, each with its row number, line and sheet row (contract §2).

`open_sheet` finds encoding, delimiter and header; `Sheet.rows` then yields every data row in order. A file
that cannot be accepted raises `UnacceptableFile`; a row that cannot be read is yielded as malformed.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import cast

from pipeline.domain import failures
from pipeline.domain.cells import as_received
from pipeline.domain.columns import Column, is_fix_file
from pipeline.domain.disguises import named_for_what_it_is
from pipeline.domain.encodings import Encoding, Source, detect_encoding
from pipeline.domain.failures import Detected, FileWarning, Limits, UnacceptableFile
from pipeline.domain.file_warnings import Noted, encoding_guessed, rows_above_header, unknown_columns
from pipeline.domain.header import Head, read_head
from pipeline.domain.header_checks import check_head
from pipeline.domain.likeness import Likeness
from pipeline.domain.lines import Lines
from pipeline.domain.parted import without_parts
from pipeline.domain.records import Row, SoundRows
from pipeline.domain.rows import FindSound, SheetRows

_START_BYTES = 4096


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

    def rows(self) -> Iterator[Row]:
        """Every data row in order. Runs through to the end of the file even where it cannot be accepted,
        because an earlier failure in the order of checking may still be found there."""
        return cast(Iterator[Row], self.rows_and_sound_ones(None))

    def rows_and_sound_ones(self, find_sound: FindSound | None) -> Iterator[Row | SoundRows]:
        """The same, but rows that are sound beyond doubt come together, many at a time."""
        row_number = 0
        for row in self._data_rows(find_sound):
            row.row_number = row_number + 1
            row_number += row.count
            if row_number <= self.limits.rows:
                yield row
        if row_number > self.limits.rows:
            message = (
                f"The file has {row_number} rows; at most {self.limits.rows} are allowed."
                " Split it into several files, each with the header."
            )
            raise UnacceptableFile(failures.TOO_MANY_ROWS, message)
        if not row_number:
            message = "The file has a header but no rows below it. Add your products and send it again."
            raise UnacceptableFile(failures.NO_DATA_ROWS, message)

    def warnings(self) -> list[FileWarning]:
        return [
            *encoding_guessed(self.format.encoding),
            *rows_above_header(self.format.head),
            *unknown_columns(self.format.columns, self.format.head.line),
            *self.long_rows.warning(
                "LONG_ROWS", "more cells than the header; the extra ones are empty and were ignored"
            ),
            *self.short_rows.warning("SHORT_ROWS", "fewer cells than the header; the missing ones count as empty"),
        ]

    def _data_rows(self, find_sound: FindSound | None) -> Iterator[Row | SoundRows]:
        unescape = is_fix_file(self.format.columns)
        with closing(Lines(self.source, self.format.encoding, self.limits)) as lines:
            _skip(lines, self.format.head.last_line)
            head, width = self.format.head, len(self.format.columns)
            likeness = Likeness(head.columns)
            sheet_rows = SheetRows(lines, head.delimiter, likeness, head.sheet_row, find_sound)
            for row in without_parts(self._or_earlier_failure(iter(sheet_rows)), likeness, head.delimiter):
                if not isinstance(row, SoundRows):
                    if row.malformed is None and len(row.cells) != width:
                        self._note_uneven(row)
                    if unescape:
                        row.cells = [as_received(cell) for cell in row.cells]
                yield row

    def _or_earlier_failure(self, rows: Iterator[Row | SoundRows]) -> Iterator[Row | SoundRows]:
        try:
            yield from rows
        except UnacceptableFile as refused:
            if refused.failure.code == failures.UNCLOSED_QUOTE:
                _check_no_zero(self.source, self.format.encoding, self.limits)
            raise

    def _note_uneven(self, row: Row) -> None:
        if len(row.cells) > len(self.format.columns):
            self.long_rows.add(row.line)
            del row.cells[len(self.format.columns) :]
        else:
            self.short_rows.add(row.line)


def open_sheet(source: Source, limits: Limits) -> Sheet:
    """Finds out how the file is written and checks that it can be accepted as far as its header tells."""
    _check_not_disguised(source)
    encoding, head = detect_encoding(source), None
    try:
        with closing(Lines(source, encoding, limits)) as lines:
            head = read_head(lines)
        check_head(head, limits)
    except UnacceptableFile as refused:
        if refused.failure.code != failures.NOT_A_CSV:
            _check_no_zero(source, encoding, limits)  # comes first in the order of checking
            refused.detected = detected(encoding, head, limits)
        raise
    return Sheet(source, Format(encoding, head), limits)


def detected(encoding: Encoding, head: Head | None, limits: Limits) -> Detected:
    """What can be told of a file that is not accepted; of too many columns, only that they are too many."""
    warnings = tuple(encoding_guessed(encoding))
    if head is None:
        return Detected(encoding.name, warnings=warnings)
    columns = head.columns if len(head.columns) <= limits.columns else ()
    return Detected(encoding.name, head.delimiter, columns, head.sheet_row, warnings)


def _skip(lines: Lines, last_line: int) -> None:
    while (line := lines.line()) and line.number < last_line:
        pass


def _check_not_disguised(source: Source) -> None:
    with source() as file:
        name = named_for_what_it_is(file.read(_START_BYTES))
    if name:
        message = f"This is {name}, not a CSV file. Export your products as CSV (UTF-8) and send that file."
        raise UnacceptableFile(failures.NOT_A_CSV, message)


def _check_no_zero(source: Source, encoding: Encoding, limits: Limits) -> None:
    with closing(Lines(source, encoding, limits)) as lines:
        while lines.block():
            pass
