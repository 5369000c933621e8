"""Reading the beginning of a fix file, or of an export, to find where it is from before anything else is read of it."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from pipeline.domain.columns import ERRORS_MARK, EXPORT_MARK, ROW_MARK
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.domain.layout import Layout
from pipeline.domain.records import Record, Row
from pipeline.reading.csv_sheet import CsvSheet, encoding_of
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.header.head import read_head
from pipeline.reading.lineage import SAMPLE_ROWS, FixFileRow, Marks, marks_of
from pipeline.reading.lines import Lines
from pipeline.reading.packed.unpack import unpack
from pipeline.reading.sheet import Format, Sheet
from pipeline.reading.workbook.chosen_sheet import open_workbook_sheet
from pipeline.reading.workbook.containers import holds_workbook

_SEARCHED_ROWS = 1_000
_MAX_ID_LENGTH = 50


@dataclass(slots=True)
class FixFileStart:
    """The uploads that the first rows of a fix file name, each once and in order, and a sample of these rows."""

    upload_ids: list[str] = field(default_factory=list)
    rows: list[FixFileRow] = field(default_factory=list)


@dataclass(slots=True)
class ExportStart:
    """The exports that the first rows of a file name, each once and in order."""

    export_ids: list[str] = field(default_factory=list)


def read_start(source: Source, limits: Limits, decisions: Decisions) -> FixFileStart | ExportStart | None:
    """None for any other file, of which only the beginning is read, and for one that cannot be read."""
    with suppress(UnacceptableFile):  # the survey reports it
        sheet = _open(source, limits, decisions)
        if sheet and (marks := marks_of(sheet.format.columns)):
            return _of_fix_file(sheet, marks)
        if sheet and sheet.format.layout.is_export:
            return _of_export(sheet)
    return None


def _of_fix_file(sheet: Sheet, marks: Marks) -> FixFileStart:
    start = FixFileStart()
    for row in _first_rows(sheet):
        _add(start, marks, sheet.format.layout.record(row))
    return start


def _of_export(sheet: Sheet) -> ExportStart:
    start = ExportStart()
    for row in _first_rows(sheet):
        _add_id(start.export_ids, sheet.format.layout.export_of(row))
    return start


def _first_rows(sheet: Sheet) -> Iterator[Row]:
    """Those above the first damage that makes the file unacceptable."""
    with suppress(UnacceptableFile):
        yield from islice(sheet.rows(), _SEARCHED_ROWS)


def _may_have_marks(source: Source, limits: Limits) -> bool:
    with source() as file:
        beginning = file.read(limits.row_bytes).replace(b"\0", b"")  # as UTF-16 has them
    of_fix_file = all(mark.encode() in beginning for mark in (ROW_MARK, ERRORS_MARK))
    return of_fix_file or EXPORT_MARK.encode() in beginning


def _open(source: Source, limits: Limits, decisions: Decisions) -> Sheet | None:
    # The header is not checked, and no column expected: which it must have depends on decisions still to be found.
    decisions = replace(decisions, mode=UploadMode.CREATE)
    unpacked = unpack(source, limits)
    if not unpacked.archive and holds_workbook(source):
        return open_workbook_sheet(source, limits, decisions, check=False)
    if not _may_have_marks(unpacked.source, limits):
        return None
    encoding = encoding_of(unpacked.source, decisions)
    with closing(Lines(unpacked.source, encoding, limits)) as lines:
        head = read_head(lines, decisions)
    return CsvSheet(unpacked.source, Format(encoding, head, Layout(head.columns, decisions)), limits)


def _add(start: FixFileStart, marks: Marks, record: Record) -> None:
    _add_id(start.upload_ids, marks.upload_id(record.row))
    if len(start.rows) < SAMPLE_ROWS and (sample := marks.fix_file_row(record)):
        start.rows.append(sample)


def _add_id(ids: list[str], named: str) -> None:
    if 0 < len(named) <= _MAX_ID_LENGTH and named not in ids:
        ids.append(named)
