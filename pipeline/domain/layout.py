"""Turning rows into records: which cell belongs to which column, and what it means by the upload's decisions."""

from collections.abc import Collection
from dataclasses import replace

from pipeline.domain.cell_kinds import TEXT_CELLS
from pipeline.domain.cells import clean, clean_all, strip_all
from pipeline.domain.columns import (
    CLEAR,
    EXPORT_MARK,
    OPTIONAL,
    Column,
    columns_served,
    is_export,
    unique_headers,
    weight_unit,
)
from pipeline.domain.decisions import NO_DECISIONS, BlankCells, Decisions, OptionalValues
from pipeline.domain.numbers import PLAIN_NUMBERS, NumberReadings, is_number
from pipeline.domain.records import MAX_ORIGINAL_CELL, Record, Row
from pipeline.domain.weights import WeightUnit, in_kilograms

_FAULT = "#VALUE!"
"""Stands for the value of a cell at fault: an error value to every rule, so neither blank nor a number."""
_MAX_KEPT = 1000


class Layout:
    """Turns rows into records by the file's header, the upload's decisions, and how its numbers are read."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        decisions: Decisions = NO_DECISIONS,
        numbers: NumberReadings | None = None,
    ) -> None:
        self.columns, self.decisions = columns, decisions
        self.is_export = is_export(columns)
        """Whether cells are literal, and those that the catalogue has are not said."""
        self.numbers = numbers or NumberReadings.before_reading(decisions.number_format)
        if self.is_export:
            self.numbers = PLAIN_NUMBERS
        self.weight_unit = weight_unit(columns)
        names = columns_served(columns)
        self.key = decisions.key(names)
        self.needed = decisions.needed_values(names)
        self._export_at = [clean(each.header) for each in columns].index(EXPORT_MARK) if self.is_export else None
        self._headers = list(unique_headers(columns))
        self._names = names
        self._positions = [i for i, column in enumerate(columns) for _ in column.columns]
        self._uses_all = self._positions == list(range(len(columns)))
        self._number_columns = [(name, each.read) for name, each in self.numbers.columns.items() if name in names]
        self._names_by_positions: dict[frozenset[int], frozenset[str]] = {}
        self._clearable = OPTIONAL.intersection(self._names)
        self._leaves_out = decisions.optional_values == OptionalValues.LEAVE_OUT
        applies_defaults = decisions.only_creates and bool(decisions.defaults)
        clears_blanks = not decisions.only_creates and decisions.blank_cells == BlankCells.CLEAR
        self.is_plain = not applies_defaults and not clears_blanks
        """Whether a record is what its cells say, unless one of them is `[clear]`."""

    def record(self, row: Row) -> Record:
        if row.is_malformed:
            return Record(row, {}, {})
        cells, count = row.cells, len(row.cells)
        used_cells = cells if self._uses_all else [cells[i] for i in self._positions if i < count]
        received = dict(zip(self._names, used_cells, strict=False))  # a short row lacks the last columns
        cleaned = strip_all(used_cells) if self.is_export else clean_all(used_cells)
        values = received if cleaned == used_cells else dict(zip(received, cleaned, strict=False))
        if row.kinds is not TEXT_CELLS:
            return self._of_workbook(row, received, values)
        return self._record(row, received, self._with_numbers(values))

    def _of_workbook(self, row: Row, received: dict[str, str], values: dict[str, str]) -> Record:
        """The record of a row with cells that are no texts."""
        number_cells = self._names_at(row.kinds.numbers)
        if not row.kinds.faults:
            return self._record(row, received, self._with_numbers(values, number_cells), number_cells)
        faults = {name: fault for at, fault in row.kinds.faults.items() for name in self._names_at(frozenset((at,)))}
        values = self._with_numbers(values | dict.fromkeys(faults, _FAULT), number_cells)
        return replace(self._record(row, received, values, number_cells), faults=faults)

    def _names_at(self, positions: frozenset[int]) -> frozenset[str]:
        names = self._names_by_positions.get(positions)  # they are the same in most rows
        if names is None:
            names = frozenset(name for name, at in zip(self._names, self._positions, strict=True) if at in positions)
            if len(self._names_by_positions) < _MAX_KEPT:
                self._names_by_positions[positions] = names
        return names

    def _record(
        self, row: Row, received: dict[str, str], values: dict[str, str], number_cells: Collection[str] = ()
    ) -> Record:
        record = Record(
            row,
            values,
            received,
            self.needed,
            numbers=self.numbers,
            weight_unit=self.weight_unit,
            leaves_out=self._leaves_out,
            number_cells=number_cells,
        )
        if self.is_plain and (self.is_export or "[" not in "".join(values.values())):  # so that no cell is `[clear]`
            return record
        return self._with_decisions(record)

    def _with_numbers(self, values: dict[str, str], number_cells: Collection[str] = ()) -> dict[str, str]:
        """The values with a decimal point and no currency where a number can be read; weights in kilograms."""
        for column, read in self._number_columns:
            if column not in number_cells and (text := values.get(column)) and (number := read(text)) != text:
                values = values | {column: number}
        if self.weight_unit != WeightUnit.KILOGRAM and (weight := values.get("weight_kg")) and is_number(weight):
            values = values | {"weight_kg": in_kilograms(weight, self.weight_unit)}
        return values

    def _with_decisions(self, record: Record) -> Record:
        """The record with what its blank cells and those of `[clear]` mean."""
        values = record.values if not self.is_export else {}
        cleared = {column for column, text in values.items() if text.casefold() == CLEAR}
        values = {column: "" if column in cleared else text for column, text in record.values.items()}
        if self.decisions.only_creates:
            return self.with_defaults(replace(record, values=values))
        if self.decisions.blank_cells == BlankCells.CLEAR:
            # A cell that a short row lacks is not blank: the row may have been cut off.
            cleared |= {column for column in self._clearable & values.keys() if not values[column]}
        return replace(record, values=values, cleared=frozenset(cleared))

    def with_defaults(self, record: Record) -> Record:
        """The record with the defaults in its blank cells, as one that creates a product."""
        blank = {column: text for column, text in self.decisions.defaults.items() if not record.values.get(column)}
        return replace(record, values=record.values | blank) if blank else record

    def export_of(self, row: Row) -> str:
        """The export that a row of one is from, as it says; else empty."""
        at = self._export_at
        return clean(row.cells[at]) if at is not None and at < len(row.cells) else ""

    def original_data(self, row: Row) -> dict[str, str]:
        """The row as received, under the vendor's own headers; long cells are shortened."""
        if row.is_malformed:
            return {"_raw": (row.raw or "")[:MAX_ORIGINAL_CELL]}
        cells = row.cells + [""] * (len(self._headers) - len(row.cells))
        return {
            header: cell[:MAX_ORIGINAL_CELL]
            for header, cell in zip(self._headers, cells, strict=False)
            if header or cell
        }
