"""Warnings about numbers that were read although they are not written as the rules expect."""

from collections.abc import Iterator

from pipeline.domain.cells import clean
from pipeline.domain.failures import FileWarning
from pipeline.domain.numbers import NUMBER_COLUMNS, PRICE_COLUMNS, split_word
from pipeline.domain.records import Record
from pipeline.domain.severity import WarningCode
from pipeline.reading.file_warnings import AffectedRows


class NumberWarnings:
    """Collects the rows whose decimal commas were read, and those whose currency was dropped."""

    def __init__(self) -> None:
        self._commas = AffectedRows()
        self._currencies = {column: AffectedRows() for column in PRICE_COLUMNS}

    def add(self, record: Record) -> None:
        if record.values is record.received:
            return
        commas, row = [], record.row
        for column in NUMBER_COLUMNS:
            number = record.values.get(column)
            if number and record.received.get(column) not in {None, "", number}:
                text = clean(record.received[column])
                number = record.numbers.columns[column].read(text)  # a weight in the unit of the file
                if text != number and _has_decimal_comma(text, number):
                    commas.append(f"{text}, read as {number}")
                if text != number and (word := split_word(text).word):
                    self._currencies[column].add(row.line, row.sheet_row, word)
        if commas:
            self._commas.add(row.line, row.sheet_row, commas[0])

    def warnings(self, *, in_workbook: bool = False) -> Iterator[FileWarning]:
        comma = "a decimal comma, such as {}"
        yield from self._commas.warning(WarningCode.DECIMAL_COMMA, comma, in_workbook=in_workbook)
        for column, rows in self._currencies.items():
            problem = f'a currency in {column}, "{{}}", which was dropped'
            yield from rows.warning(WarningCode.CURRENCY_DROPPED, problem, in_workbook=in_workbook)


def _has_decimal_comma(text: str, number: str) -> bool:
    return "." in number and text.rfind(",") > text.rfind(".")
