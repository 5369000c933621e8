"""The file of a correction: rows of fix files with some of their cells changed, under the headers of the parent's file.

It is a fix file itself, so that it is read, and counted for the parent, as one that a vendor corrected and sent.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.domain.cells import as_received
from pipeline.domain.columns import COLUMN_ORDER, FIX_FILE_MARKS, ROW_MARK, Column, columns_served, is_fix_file_mark
from pipeline.outcome.reports import csv_blocks

_LONGEST_CELL = 1 << 30


class ChangedRow(NamedTuple):
    """A row by its number in the upload that has its latest version, and in the parent; and its new cells by column."""

    row_number: int
    parent_row_number: int
    cells: Mapping[str, str]


class FixFileSource(NamedTuple):
    """A fix file as lines of text, the columns of the upload's own file, and the rows that are taken, in order."""

    lines: Iterable[str]
    delimiter: str
    columns: Sequence[Column]
    rows: Iterable[ChangedRow]


def target_columns(
    parent: Sequence[Column], sources: Iterable[Sequence[Column]], changed: Iterable[str]
) -> list[Column]:
    """The columns of the corrected file: those of the parent, and by our names the others that are needed."""
    own = _without_marks(parent)
    needed = {*changed, *(name for columns in sources for name in columns_served(columns))}
    further = sorted(needed.difference(columns_served(own)), key=COLUMN_ORDER.__getitem__)
    return [*own, *(Column(name, name) for name in further)]


def corrected_cells(
    columns: Sequence[Column], there: Sequence[Column], cells: Sequence[str], new: Mapping[str, str]
) -> list[str]:
    """The cells of one row under the headers of the corrected file; it was received under those of `there`."""
    own = _without_marks(there)
    received = [cell for column, cell in zip(there, cells, strict=False) if not is_fix_file_mark(column)]
    moved = ["" if i is None or i >= len(received) else received[i] for i in _positions(columns, own)]
    return _with_new(columns, moved, new)


def corrected_file(
    parent_upload_id: str, columns: Sequence[Column], sources: Iterable[FixFileSource], delimiter: str
) -> Iterator[bytes]:
    """The file in blocks of bytes. Memory is bounded for any length."""
    lines = (
        [*cells, row.parent_row_number, errors, parent_upload_id]
        for source in sources
        for row, cells, errors in _changed(source, columns)
    )
    return csv_blocks([*(column.header for column in columns), *FIX_FILE_MARKS], lines, delimiter)


def _changed(source: FixFileSource, columns: Sequence[Column]) -> Iterator[tuple[ChangedRow, list[str], str]]:
    """The rows that are taken, each with its new cells and what the fix file says of it."""
    reader = _rows(source)
    at = next(reader).index(ROW_MARK)  # cells of a malformed row that are beyond the header stand behind the marks
    positions = _positions(columns, _without_marks(source.columns))
    for row in source.rows:
        number = str(row.row_number)
        line = next(line for line in reader if line[at].rstrip("?") == number)
        cells = ["" if i is None else as_received(line[i]) for i in positions]
        yield row, _with_new(columns, cells, row.cells), as_received(line[at + 1])


def _rows(source: FixFileSource) -> Iterator[list[str]]:
    reader = csv.reader(source.lines, delimiter=source.delimiter)
    while True:
        # A cell may be as long as a row, which is longer than the module takes. Its limit is that of the whole process.
        limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            row = next(reader, None)
        finally:
            csv.field_size_limit(limit)
        if row is None:
            return
        yield row


def _with_new(columns: Sequence[Column], cells: list[str], new: Mapping[str, str]) -> list[str]:
    # A header that serves two columns holds both.
    return [
        next((new[name] for name in column.columns if name in new), cell)
        for column, cell in zip(columns, cells, strict=True)
    ]


def _positions(columns: Sequence[Column], there: Sequence[Column]) -> list[int | None]:
    """Where each column stands in another file: under the same header, or else under the one of the same meaning."""
    if [column.header for column in there] == [column.header for column in columns]:
        return list(range(len(columns)))
    headers = [column.header for column in there]
    by_column = {(name, each.unit): i for i, each in enumerate(there) for name in each.columns}
    return [
        headers.index(each.header)
        if headers.count(each.header) == 1
        else next((by_column[name, each.unit] for name in each.columns if (name, each.unit) in by_column), None)
        for each in columns
    ]


def _without_marks(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if not is_fix_file_mark(column)]
