"""How long reports may become, and in which form a fix file is offered first."""

from enum import StrEnum

from pipeline.domain.file_formats import FileFormat

MOST_ROWS = 100_000
"""The most rejected rows of a fix file as a workbook: a longer one is slow to make, and to open."""


class FixFileName(StrEnum):
    CSV = "fix.csv"
    WORKBOOK = "fix.xlsx"


def usual_fix_file(file_format: FileFormat | None, rejected_rows: int) -> FixFileName:
    """The form in which the vendor sent the file, as far as there is one of so many rows."""
    is_workbook = file_format == FileFormat.XLSX and rejected_rows <= MOST_ROWS
    return FixFileName.WORKBOOK if is_workbook else FixFileName.CSV
