"""Reads the cells of single rows in the form for corrections: fields that are named `cell.{row number}.{column}`.

A form has every cell that its page shows, so only those count that differ from what is stored.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.answers.problems import Problem, ProblemCode
from api.dependencies import Db
from api.portal.correcting.grid import GridRow, grid_row
from api.schemas.corrections import MAX_ROWS, CorrectedCells
from pipeline.domain.columns import COLUMNS
from pipeline.domain.layout import Layout
from pipeline.postgres.queries.rejected_rows import RejectedRow, rejected_rows
from pipeline.postgres.verdicts import find_surveyed

_CELL = re.compile(r"cell\.([1-9][0-9]{0,9})\.([a-z_]+)")
_WHOLE = re.compile(r"whole\.([1-9][0-9]{0,9})")
_LARGEST = 2**31 - 1
_MOST_READ = 2 * MAX_ROWS
"""Of the rows that a form names, those of the page may be unchanged."""


@dataclass(slots=True)
class Written:
    """What a form says of one row."""

    cells: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False


def written_rows(fields: Mapping[str, str]) -> dict[int, Written]:
    """By row number. Other fields, and names that no form of ours has, are ignored."""
    rows: dict[int, Written] = defaultdict(Written)
    for name, text in fields.items():
        if (cell := _CELL.fullmatch(name)) and cell[2] in COLUMNS and int(cell[1]) <= _LARGEST:
            rows[int(cell[1])].cells[cell[2]] = text.replace("\r\n", "\n").replace("\0", "")
        elif (whole := _WHOLE.fullmatch(name)) and int(whole[1]) <= _LARGEST:
            rows[int(whole[1])].is_whole = True
    return rows


def rows_in(db: Db, upload_id: str, fields: Mapping[str, str]) -> list[CorrectedCells]:
    """The rows that the form changes. Those that were not rejected, or are corrected by now, are left out."""
    written = written_rows(fields)
    parent = find_surveyed(db, upload_id) if written else None
    if parent is None:
        return []
    if len(written) > _MOST_READ:
        raise _too_many()
    corrected = [
        CorrectedCells(row_number=row.row_number, set=cells)
        for row in rejected_rows(db, upload_id, list(written))
        if (cells := changed_cells(parent.layout, row, written[row.row_number])) is not None
    ]
    if len(corrected) > MAX_ROWS:
        raise _too_many()
    return corrected


def changed_cells(parent: Layout, row: RejectedRow, written: Written) -> dict[str, str] | None:
    """What is written in the row, by column; None if nothing is. Of a malformed row that is changed, all cells are."""
    grid = grid_row(parent, row, {})
    open_cells = [cell for cell in grid.cells if not cell.locked]
    texts = {cell.column: written.cells.get(cell.column, cell.received) for cell in open_cells}
    changed = [cell for cell in open_cells if not _is_same(texts[cell.column], cell.received)]
    if not changed and not (written.is_whole and _can_be_sent(grid)):
        return None
    # A header that serves two columns has one cell, which is new for both.
    chosen = changed if grid.whole_row is None else open_cells
    return {column: texts[cell.column] for cell in chosen for column in cell.serves}


def _can_be_sent(grid: GridRow) -> bool:
    return grid.can_be_sent_as_it_is and not grid.locked


def _is_same(written: str, received: str) -> bool:
    """Browsers send every line break as CR LF."""
    return written == received or written == received.replace("\r\n", "\n").replace("\r", "\n")


def _too_many() -> Problem:
    return Problem(
        ProblemCode.INVALID_REQUEST,
        f"At most {MAX_ROWS:,} rows can be corrected one by one in one go. Send these first, then correct the others;"
        " many rows with the same mistake are quicker corrected by cause, or in the fix file.",
    )
