"""How the numbers of each column are written: with which decimal mark, and in which currency."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.checking.currencies import CURRENCIES, is_other_currency
from pipeline.domain.cells import clean
from pipeline.domain.decisions import Decisions
from pipeline.domain.numbers import (
    PRICE_COLUMNS,
    ColumnReading,
    NumberFormat,
    NumberReadings,
    has_two_readings,
    only_decimal_mark,
    split_word,
)
from pipeline.domain.records import Record

_MARKS = {number_format.decimal_mark: number_format for number_format in NumberFormat}
_THOUSANDTHS = re.compile("0[.,][0-9]{3}")
_MANY = 2  # currencies; further ones change nothing
_DIGIT = re.compile("[0-9]")


@dataclass(slots=True)
class _Marks:
    """The marks before the decimals in some cells of a column, and those that can be read in two ways."""

    decimal: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    thousandths: set[str] = field(default_factory=set)
    """The marks before exactly three decimals, as in `0,635`: they are no marks of thousands."""

    def add(self, number: str) -> None:
        if has_two_readings(number):
            self.undecided.add("," if "," in number else ".")
        elif mark := only_decimal_mark(number):
            self.decimal.add(mark)
            if _THOUSANDTHS.fullmatch(number):
                self.thousandths.add(mark)


class ColumnEvidence:
    """What the cells of one column show."""

    def __init__(self, column: str) -> None:
        self._has_currency = column in PRICE_COLUMNS
        self._may_have_thousandths = not self._has_currency  # a weight has up to three decimals, a price two
        self._by_currency: dict[str, _Marks] = {"": _Marks()}
        """The cells without a currency, and those with each."""

    @property
    def needs_points(self) -> bool:
        """Whether it is of interest that a further number has a decimal point."""
        return "." not in self._by_currency[""].decimal

    def add_points(self, numbers: Sequence[str]) -> None:
        """Adds numbers that are certainly sound; those without a point may be missing."""
        for number in set(numbers):
            if "." in number:
                self._by_currency[""].add(number.strip('"'))

    def add(self, text: str) -> None:
        if text.isdecimal() or not _DIGIT.search(text):  # of most cells, as they have no mark
            return
        may_have_currency = self._has_currency and not (text[0].isdecimal() and text[-1].isdecimal())
        word, number = split_word(text) if may_have_currency else ("", text)
        if word not in CURRENCIES:
            word, number = "", text
        if word in self._by_currency or len(self._by_currency) <= _MANY:
            self._by_currency.setdefault(word, _Marks()).add(number)

    def reading(
        self, decided: NumberFormat | None, own_currency: str, known: ColumnReading | None = None
    ) -> ColumnReading:
        """`known` is how the column was read where it had more cells than here."""
        currency = (known and known.currency) or self._currency(own_currency)
        reading = ColumnReading(decided, decided is not None, currency)
        if decided:
            return reading
        if known:
            return replace(reading, number_format=known.number_format, is_decided=known.is_decided)
        number_format = _format_of(self.decimal_marks(reading))
        shows_thousandths = self._may_have_thousandths and any(each.thousandths for each in self._read_marks(reading))
        return replace(
            reading,
            number_format=number_format,
            is_decided=shows_thousandths and number_format == NumberFormat.DECIMAL_COMMA,
        )

    def _currency(self, own_currency: str) -> str:
        """The one that is dropped; empty if there is none."""
        currencies = [word for word in self._by_currency if word]
        is_dropped = len(currencies) == 1 and not is_other_currency(currencies[0], own_currency)
        return currencies[0] if is_dropped else ""

    def changes_cells(self, assumed: ColumnReading, reading: ColumnReading) -> bool:
        """Whether a cell that was read as assumed has another reading."""
        undecided = {f"1{mark}299" for each in self._read_marks(reading) for mark in each.undecided}
        return assumed.currency != reading.currency or any(
            assumed.read(number) != reading.read(number) for number in undecided
        )

    def decimal_marks(self, reading: ColumnReading) -> set[str]:
        """The marks that are certainly before decimals."""
        return {mark for each in self._read_marks(reading) for mark in each.decimal}

    def _read_marks(self, reading: ColumnReading) -> list[_Marks]:
        """The marks of the cells that can be read: those without a currency, or with the one that is dropped."""
        return [self._by_currency[word] for word in {"", reading.currency} if word in self._by_currency]


def _format_of(marks: set[str]) -> NumberFormat | None:
    """The format of numbers with these marks before their decimals; None if they differ, or there are none."""
    return _MARKS[min(marks)] if len(marks) == 1 else None


class NumberEvidence:
    """What the columns of numbers of a file show."""

    def __init__(self, assumed: NumberReadings, decisions: Decisions, known: NumberReadings | None = None) -> None:
        self._assumed, self._decided, self._known = assumed, decisions.number_format, known or NumberReadings()
        self._columns = {column: ColumnEvidence(column) for column in assumed.columns}

    def add(self, record: Record) -> None:
        for column, evidence in self._columns.items():
            if column in record.number_cells or column in record.faults:
                continue
            if (cell := record.received.get(column)) and (text := clean(cell)):
                evidence.add(text)

    def add_sound(self, numbers: Mapping[str, Sequence[str]], number_cells: Collection[str] = ()) -> None:
        """Adds the numbers of consecutive sound rows, by column. Cells that are numbers show nothing."""
        for column, texts in numbers.items():
            if column not in number_cells and self._columns[column].needs_points:
                self._columns[column].add_points(texts)

    def readings(self) -> NumberReadings:
        columns = {
            column: evidence.reading(self._decided, self._assumed.currency, self._known.columns.get(column))
            for column, evidence in self._columns.items()
        }
        marks = {mark for column, reading in columns.items() for mark in self._columns[column].decimal_marks(reading)}
        number_format = self._decided or self._known.number_format or _format_of(marks)
        return replace(self._assumed, columns=columns, number_format=number_format)

    def changes_cells(self, readings: NumberReadings) -> bool:
        """Whether a cell has another reading than the one that was assumed."""
        return any(
            evidence.changes_cells(self._assumed.columns[column], readings.columns[column])
            for column, evidence in self._columns.items()
        )
