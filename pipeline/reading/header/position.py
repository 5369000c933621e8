"""Where the header is among the first rows of a file."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.domain.decisions import Decisions
from pipeline.reading.header.candidates import Candidate
from pipeline.reading.lines import Line

MAX_ROWS = 20
"""How many rows that are not blank the header is looked for in."""

_MIN_KNOWN_COLUMNS = 2


class FirstRow(Protocol):
    """One of the first rows."""

    @property
    def line(self) -> Line: ...

    @property
    def best(self) -> Candidate:
        """The row read as the header."""

    def filled_cells(self, delimiter: str, decisions: Decisions) -> int:
        """How many of its cells are filled if they are separated as those of the header."""


def position_of_header(rows: Sequence[FirstRow], decisions: Decisions) -> tuple[int, int | None]:
    """The position of the header, and the line of a later row with all columns if the first row is the header.

    No row but the last has all required columns.
    """
    at = _position_of_most(rows, decisions)
    best = rows[at].best
    # A row above with as many cells may be the real header, and the better match a row of data.
    if any(row.filled_cells(best.delimiter, decisions) >= best.filled_count for row in rows[:at]):
        return 0, rows[at].line.number if best.is_complete(decisions) else None
    return at, None


def _position_of_most(rows: Sequence[FirstRow], decisions: Decisions) -> int:
    """The position of the row with all required columns, or the most of them, ignoring the rows above it."""
    if rows[-1].best.is_complete(decisions):
        return len(rows) - 1
    most = max(row.best.column_count for row in rows)
    return next(at for at, row in enumerate(rows) if row.best.column_count == most) if most >= _MIN_KNOWN_COLUMNS else 0
