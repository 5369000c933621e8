"""Reads a vendor's file into rows, each with its row number, line and sheet row.

`open_sheet` looks at the content, and finds out what the format is; `Sheet.rows` then yields every data row in order. A
file that cannot be accepted raises `UnacceptableFile`; a row that cannot be read is yielded as malformed.
"""

from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.failures import Limits
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.numbers import NumberReadings
from pipeline.reading.csv_sheet import CsvSheet, open_csv_sheet
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.packed.unpack import unpack
from pipeline.reading.sheet import Format, Sheet
from pipeline.reading.workbook.chosen_sheet import WorkbookSheet, open_workbook_sheet
from pipeline.reading.workbook.containers import holds_workbook


def open_sheet(
    source: Source, limits: Limits, decisions: Decisions = NO_DECISIONS, numbers: NumberReadings | None = None
) -> Sheet:
    """Detects the file's format. Raises UnacceptableFile if the file cannot be accepted, as far as its header."""
    unpacked = unpack(source, limits).checked()
    if not unpacked.archive and holds_workbook(source):
        return open_workbook_sheet(source, limits, decisions, numbers)
    return open_csv_sheet(unpacked, limits, decisions, numbers)


def reopen(source: Source, file_format: Format, limits: Limits) -> Sheet:
    """A file whose format is known, to be read from its first row."""
    if file_format.file_format == FileFormat.XLSX:
        return WorkbookSheet(source, file_format, limits)
    return CsvSheet(unpack(source, limits).source, file_format, limits)
