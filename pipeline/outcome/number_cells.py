"""Numbers of a workbook's number cells in a fix file, where they are texts like all others."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.domain.layout import Layout
from pipeline.domain.records import Row


def with_lasting_numbers(rows: Iterable[Row], layout: Layout) -> Iterator[Row]:
    """The rows, with a zero before numbers that their column would read otherwise as texts: `01.299` is 1.299, always.

    A column reads `1.299` as 1299 where its texts have decimal commas.
    """
    readings = [
        (at, layout.numbers.columns[name])
        for at, column in enumerate(layout.columns)
        for name in column.columns
        if name in layout.numbers.columns
    ]
    for row in rows:
        numbers = [(at, reading) for at, reading in readings if at in row.kinds.numbers]
        changed = [at for at, reading in numbers if reading.read(row.cells[at]) != row.cells[at]]
        yield _with_zeros(row, changed) if changed else row


def _with_zeros(row: Row, positions: Iterable[int]) -> Row:
    cells = list(row.cells)
    for at in positions:
        cells[at] = f"0{cells[at]}"
    return replace(row, cells=cells)
