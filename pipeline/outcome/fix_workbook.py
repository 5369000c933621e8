"""The fix file as a workbook: the rows of the CSV, with the wrong cells in red."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from pipeline.domain.columns import ROW_MARK, Column, is_fix_file_mark
from pipeline.outcome.workbooks import WorkbookRow, write_workbook


def write_fix_workbook(
    file: BinaryIO,
    columns: Sequence[Column],
    lines: Iterable[Sequence[str]],
    wrong_fields: Iterable[Sequence[str | None]],
    categories: Sequence[str],
) -> None:
    """Writes the lines of the CSV fix file, its header included, as they are.

    `columns` are those of the upload's own file. `wrong_fields` are the fields of the errors of each row, in order; an
    error may concern several, separated by commas, or the row as a whole.
    """
    lines = iter(lines)
    header = next(lines)
    own = [column for column in columns if not is_fix_file_mark(column)]
    category_at = next((at for at, column in enumerate(own) if "category" in column.columns), None)
    rows = _rows(lines, wrong_fields, _positions(own), header.index(ROW_MARK))
    write_workbook(file, header, rows, category_at=category_at, categories=categories)


def _positions(columns: Sequence[Column]) -> dict[str, int]:
    return {name: at for at, column in enumerate(columns) for name in column.columns}


def _rows(
    lines: Iterable[Sequence[str]],
    wrong_fields: Iterable[Sequence[str | None]],
    positions: dict[str, int],
    row_mark_at: int,
) -> Iterator[WorkbookRow]:
    for cells, errors in zip(lines, wrong_fields, strict=True):
        fields = [field for error in errors for field in (error.split(",") if error else [None])]
        # What concerns no cell of the row is shown at its number: how its cells are split, or a column that is missing.
        yield WorkbookRow(cells, {positions.get(field, row_mark_at) if field else row_mark_at for field in fields})
