"""The line on which each row of a file starts."""

from array import array
from bisect import bisect_right


class RowLines:
    """Stores runs of rows that start on consecutive lines. Most files are one run."""

    def __init__(self) -> None:
        self._rows, self._lines = array("I", [0]), array("I", [0])  # the first row of each run, and its line
        self.rows = 0
        self._next_line = 1

    def add(self, line: int, rows: int = 1) -> None:
        """Adds rows that start on this line and the lines below it."""
        if line != self._next_line:
            self._rows.append(self.rows + 1)
            self._lines.append(line)
        self.rows += rows
        self._next_line = line + rows

    def line_of(self, row_number: int) -> int:
        run = bisect_right(self._rows, row_number) - 1
        return self._lines[run] + row_number - self._rows[run]

    def rows_from(self, line: int) -> tuple[int, int] | None:
        """The row that starts on a line, and the last row of its run; None if no row starts there."""
        run = bisect_right(self._lines, line) - 1
        row = self._rows[run] + line - self._lines[run]
        last = self._rows[run + 1] - 1 if run + 1 < len(self._rows) else self.rows
        return (row, last) if 0 < row <= last else None
