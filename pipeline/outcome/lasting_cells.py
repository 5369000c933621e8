"""Cells of a workbook that are no texts, in a fix file, where all cells are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.checking.placeholders import is_error_value
from pipeline.domain.cell_kinds import TEXT_CELLS, CellFault, with_fault_mark
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import ColumnReading
from pipeline.domain.records import Row


def with_lasting_cells(rows: Iterable[Row], layout: Layout) -> Iterator[Row]:
    """The rows as texts that come back as the same cells.

    Numbers that their column would read otherwise are written as it reads them, and cells at fault have a mark.
    """
    readings = {
        at: layout.numbers.columns[name]
        for at, column in enumerate(layout.columns)
        for name in column.columns
        if name in layout.numbers.columns
    }
    used = {at for at, column in enumerate(layout.columns) if column.columns}
    for row in rows:
        yield row if row.kinds is TEXT_CELLS or row.is_malformed else _with_lasting_cells(row, readings, used)


def _with_lasting_cells(row: Row, readings: Mapping[int, ColumnReading], used: set[int]) -> Row:
    cells = list(row.cells)
    for at in readings.keys() & row.kinds.numbers:
        cells[at] = _as_read(cells[at], readings[at])
    for at in used & row.kinds.faults.keys():
        if not _is_known(cells[at], row.kinds.faults[at]):
            cells[at] = with_fault_mark(cells[at], row.kinds.faults[at])
    return replace(row, cells=cells)


def _as_read(number: str, reading: ColumnReading) -> str:
    """`1.299` is 1299 as a text where a column has decimal commas: there it is written `1,299`.

    With a zero before it, if the column leaves it open what that means.
    """
    if reading.read(number) == number:
        return number
    written = number.replace(".", ",")
    return written if reading.read(written) == number else f"0{written}"


def _is_known(text: str, fault: CellFault) -> bool:
    return fault == CellFault.ERROR_VALUE and is_error_value(text)
