"""Warnings about the values of a file, collected row by row."""

from collections.abc import Iterable, Iterator

from pipeline.checking.warnings.number_warnings import NumberWarnings
from pipeline.checking.warnings.suspicions import Suspicion
from pipeline.checking.warnings.zeros import ColumnDigits
from pipeline.domain.failures import FileWarning
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.records import Record, SoundRows
from pipeline.domain.severity import WarningCode
from pipeline.reading.file_warnings import AffectedRows

_MAX_LENGTH = 100  # of an identifier: int() refuses thousands of digits
_LOST_ZEROS = (
    "a {column} of fewer digits than the usual {usual}, such as {{}}: a spreadsheet may have dropped leading zeros. If"
    " so, format the column as text, and enter the identifiers again"
)


class ValueWarnings:
    """Collects warnings about values; rejected rows count as well as accepted ones."""

    def __init__(self) -> None:
        self._affected = {suspicion: AffectedRows() for suspicion in Suspicion}
        self._digits = {column: ColumnDigits() for column in IDENTIFIERS}
        self._numbers = NumberWarnings()

    def add(self, record: Record, suspicions: Iterable[tuple[Suspicion, str]], *, is_sound: bool) -> None:
        """`suspicions` are those of the record."""
        self._numbers.add(record)
        for suspicion, example in suspicions:
            self._affected[suspicion].add(record.row.line, record.row.sheet_row, example)
        for column, digits in self._digits.items():
            text = record[column]
            if is_sound or (text.isdecimal() and len(text) <= _MAX_LENGTH):  # ignores lines such as totals
                digits.add_one(text, record.row.line, record.row.sheet_row)

    def add_sound(self, rows: SoundRows) -> None:
        """Adds rows from the fast path, which never have suspicious cells."""
        if rows.keys:
            self._digits["sku"].add(rows.keys.skus, rows.line, rows.sheet_row)
            self._digits["vendor_product_id"].add(rows.keys.vendor_product_ids, rows.line, rows.sheet_row)

    def warnings(self, *, in_workbook: bool = False) -> Iterator[FileWarning]:
        yield from self._numbers.warnings(in_workbook=in_workbook)
        for suspicion, rows in self._affected.items():
            yield from rows.warning(suspicion.code, suspicion.value, in_workbook=in_workbook)
        for column, digits in self._digits.items():
            if shortened := digits.find_shortened():
                rows, usual = shortened
                problem = _LOST_ZEROS.format(column=column, usual=usual)
                yield from rows.warning(WarningCode.LEADING_ZEROS_LOST, problem, in_workbook=in_workbook)
