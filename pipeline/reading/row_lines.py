"""The line on which each row of a file starts, and the row in which a spreadsheet shows it."""

from array import array
from bisect import bisect_right

from pipeline.domain.records import Place


class RowLines:
    """Stores runs of rows that start on consecutive lines. Most files are one run.

    All rows of a run but the last have one line each, so a spreadsheet shows them in consecutive rows, too.
    """

    def __init__(self) -> None:
        # Of each run, the first row with its line and sheet row.
        self._rows, self._lines, self._sheet_rows = array("I", [0]), array("I", [0]), array("I", [0])
        self.rows = 0
        self._next_line = 1

    def add(self, line: int, sheet_row: int, rows: int = 1) -> None:
        """Adds rows that start on this line and the lines below it."""
        if line != self._next_line:
            self._rows.append(self.rows + 1)
            self._lines.append(line)
            self._sheet_rows.append(sheet_row)
        self.rows += rows
        self._next_line = line + rows

    def place_of(self, row_number: int) -> Place:
        run = bisect_right(self._rows, row_number) - 1
        below = row_number - self._rows[run]
        return Place(row_number, self._lines[run] + below, self._sheet_rows[run] + below)

    def rows_from(self, line: int) -> tuple[int, int] | None:
        """The row that starts on a line, and the last row of its run; None if no row starts there."""
        run = bisect_right(self._lines, line) - 1
        row = self._rows[run] + line - self._lines[run]
        last = self._rows[run + 1] - 1 if run + 1 < len(self._rows) else self.rows
        return (row, last) if 0 < row <= last else None

    def sheet_row_on(self, line: int) -> int | None:
        """Where a spreadsheet shows the row that starts on a line; None if no row starts there."""
        rows = self.rows_from(line)
        return self.place_of(rows[0]).sheet_row if rows else None
