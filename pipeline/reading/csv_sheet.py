"""A CSV file: detects its encoding (unless it was chosen), delimiter and header, and reads its rows."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import cast

from pipeline.domain.columns import columns_served
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, FileWarning, Limits, UnacceptableFile
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.records import DamagedRow, Row
from pipeline.domain.severity import WarningCode
from pipeline.reading.encodings.chosen import chosen_encoding, is_utf_16
from pipeline.reading.encodings.decoding import Encoding, Source
from pipeline.reading.encodings.detection import detect_encoding
from pipeline.reading.file_types import detect_file_type
from pipeline.reading.file_warnings import (
    AffectedRows,
    about_columns,
    absent_headers,
    encoding_guessed,
    rows_above_header,
    unknown_columns,
)
from pipeline.reading.header.checks import check_head
from pipeline.reading.header.first_rows import first_rows
from pipeline.reading.header.head import read_head
from pipeline.reading.header.late_header import further_lines, line_of_late_header
from pipeline.reading.header.missing_columns import MissingColumns
from pipeline.reading.lineage import restore_of
from pipeline.reading.lines import Lines
from pipeline.reading.packed.unpack import Unpacked
from pipeline.reading.rows.lines_within import IsRecord
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.sheet_rows import FindSound, SheetRows
from pipeline.reading.rows.split_rows import AnyRows, reject_split_rows
from pipeline.reading.sheet import Format, detected_format, within_limit

_START_BYTES = 4096


@dataclass(slots=True)
class CsvSheet:
    """An open CSV file."""

    source: Source
    format: Format
    limits: Limits
    long_rows: AffectedRows = field(default_factory=AffectedRows)
    short_rows: AffectedRows = field(default_factory=AffectedRows)
    bare_quotes: AffectedRows = field(default_factory=AffectedRows)
    spaced_quotes: AffectedRows = field(default_factory=AffectedRows)

    def rows(self) -> Iterator[Row]:
        return cast(Iterator[Row], self.row_groups(None))

    def row_groups(self, find_sound: FindSound | None, is_record: IsRecord | None = None) -> Iterator[AnyRows]:
        return within_limit(self._data_rows(find_sound, is_record), self.limits)

    def again(self, layout: Layout) -> "CsvSheet":
        return CsvSheet(self.source, replace(self.format, layout=layout), self.limits)

    @property
    def _encoding(self) -> Encoding:
        if self.format.encoding is None:
            raise ValueError("only a workbook has no encoding")
        return self.format.encoding

    def warnings(self) -> list[FileWarning]:
        return [
            *encoding_guessed(self._encoding),
            *rows_above_header(self.format.head),
            *about_columns(self.format.head),
            *unknown_columns(self.format.head),
            *absent_headers(self.format.head, self.format.layout.decisions),
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
        restore = restore_of(self.format.columns)
        with closing(Lines(self.source, self._encoding, self.limits)) as lines:
            _skip(lines, self.format.head.last_line)
            head = self.format.head
            decisions = self.format.layout.decisions
            shape = RowShape(head.columns, decisions.needed_cells(columns_served(head.columns)))
            rows = SheetRows(lines, head.delimiter, shape, head.sheet_row, find_sound=find_sound, is_record=is_record)
            for row in reject_split_rows(self._check_earlier_failures(iter(rows)), shape, head.delimiter):
                if isinstance(row, Row):
                    if not isinstance(row, DamagedRow):
                        self._count_deviations(row)
                    if restore:
                        restore(row, head.delimiter)
                yield row

    def _check_earlier_failures(self, rows: Iterator[AnyRows]) -> Iterator[AnyRows]:
        try:
            yield from rows
        except UnacceptableFile as error:
            if error.failure.code == FailureCode.UNCLOSED_QUOTE:
                _check_no_nul(self.source, self._encoding, self.limits)
            raise

    def _count_deviations(self, row: Row) -> None:
        """Counts the row's deviations for the warnings, and removes empty cells beyond the header."""
        if len(row.cells) > len(self.format.columns):
            self.long_rows.add(row.line, row.sheet_row)
            del row.cells[len(self.format.columns) :]
        elif len(row.cells) < len(self.format.columns):
            self.short_rows.add(row.line, row.sheet_row)
        if row.bare_quotes:
            self.bare_quotes.add(row.line, row.sheet_row)
        if row.spaced_quotes:
            self.spaced_quotes.add(row.line, row.sheet_row)


def open_csv_sheet(
    unpacked: Unpacked, limits: Limits, decisions: Decisions, numbers: NumberReadings | None
) -> CsvSheet:
    """Detects the file's format. Raises UnacceptableFile if the file cannot be accepted, as far as its header."""
    source = unpacked.source
    _check_file_type(unpacked, is_utf_16=is_utf_16(decisions.encoding))
    encoding, head = encoding_of(source, decisions), None
    try:
        with closing(Lines(source, encoding, limits)) as lines:
            head = read_head(lines, decisions)
        check_head(head, limits, decisions)
    except UnacceptableFile as error:
        if error.failure.code != FailureCode.NOT_A_CSV:
            _check_no_nul(source, encoding, limits)  # NOT_A_CSV comes first in the order of checking
            error.detected_format = detected_format(encoding, head, limits, unpacked.file_format)
        if isinstance(error, MissingColumns):
            with closing(Lines(source, encoding, limits)) as lines:
                error.first_rows = first_rows(lines, error.head)
            with closing(Lines(source, encoding, limits)) as lines:
                late = line_of_late_header(further_lines(lines, error.head, decisions), decisions)
            if late and not error.head.complete_line:
                error.note_late_header(late)
        raise
    layout = Layout(head.columns, decisions, numbers)
    return CsvSheet(source, Format(encoding, head, layout, unpacked.file_format), limits)


def encoding_of(source: Source, decisions: Decisions) -> Encoding:
    """The encoding that was decided, or else detected. Raises UnacceptableFile if the file cannot be read in it."""
    return chosen_encoding(source, decisions.encoding) if decisions.encoding else detect_encoding(source)


def _skip(lines: Lines, last_line: int) -> None:
    while (next_block := lines.next_block()) is not None:
        block, at = next_block
        if block.first + len(block.texts) > last_line:
            lines.put_back_block(block, max(at, last_line + 1 - block.first))
            break


def _check_file_type(unpacked: Unpacked, *, is_utf_16: bool) -> None:
    with unpacked.source() as file:
        name = detect_file_type(file.read(_START_BYTES), is_utf_16=is_utf_16)
    if name:
        subject = f"This {unpacked.archive} contains" if unpacked.archive else "This is"
        message = f"{subject} {name}, not a CSV file. {_remedy(name, is_packed=unpacked.archive is not None)}."
        raise UnacceptableFile(FailureCode.NOT_A_CSV, message)


def _remedy(name: str, *, is_packed: bool) -> str:
    if is_packed and name.startswith("an Excel workbook (.xlsx)"):
        return "Send the workbook itself"
    if is_packed and name.startswith(("a gzip archive", "a zip archive")):
        return "Send your CSV file or workbook (.xlsx) itself; a CSV file may be packed, but only once"
    return "Export your products as CSV (UTF-8) and send that file"


def _check_no_nul(source: Source, encoding: Encoding, limits: Limits) -> None:
    with closing(Lines(source, encoding, limits)) as lines:
        while lines.next_block():
            pass
