"""Rows that look sound but are only the first part of one: the lines below them say so.

A stray line break, or a quote lost before a cell of several lines, leaves a beginning that may have all the
required cells. Accepting it would put a cut-off value into the catalogue.
"""

import csv
import io
from collections.abc import Iterator

from pipeline.domain.records import DamagedRow, Row, SoundRows

_MOST_BELOW = 100
_MOST_CHARACTERS_BELOW = 4_000_000


def without_first_parts(rows: Iterator[Row | SoundRows], width: int, delimiter: str) -> Iterator[Row | SoundRows]:
    """The rows in order; those that turn out to be first parts are malformed."""
    waiting: list[Row] = []
    size = 0  # characters of the damaged rows that wait
    together: SoundRows | None = None
    for row in rows:
        if not isinstance(row, DamagedRow):
            if together:
                yield together
            yield from waiting
            together, waiting = (row, []) if isinstance(row, SoundRows) else (None, [row])
            size = 0
            continue
        if together:
            before, last = together.without_last()
            yield from before
            together, waiting = None, [last]
        if not waiting or len(waiting) > _MOST_BELOW or size > _MOST_CHARACTERS_BELOW:
            yield from waiting
            waiting, size = [], 0
        elif (at := _first_part(waiting, row, width)) is not None:
            waiting[at] = _rejected(waiting[at], row, delimiter)
        waiting.append(row)
        size += sum(map(len, row.cells))
    if together:
        yield together
    yield from waiting


def _first_part(above: list[Row], row: DamagedRow, width: int) -> int | None:
    """Which sound row right above a malformed one is the beginning of it, if there is one."""
    after, at = row.cells_after_closing, None
    if row.has_sound_quotes:
        at = len(above) - 1 if _makes_one_row(above[-1], row, width) else None
    elif after is not None and row.cells_found < width:
        at = next((i for i in reversed(range(len(above))) if _may_start(above[i], width - after)), None)
    return None if at is None or isinstance(above[at], DamagedRow) else at


def _makes_one_row(row: Row, rest: DamagedRow, width: int) -> bool:
    """Whether a row and the one right below it are one: joined they have the cells of one row and neither has them
    alone, or a cell between apostrophes begins in the one and ends in the other."""
    count = _cells_of(row)
    return rest.sheet_row == row.sheet_row + 1 and (
        (count < width and count + rest.cells_found - 1 == width) or _parts_apostrophes(row.cells[-1], rest.cells)
    )


def _parts_apostrophes(opening: str, cells: list[str]) -> bool:
    return opening.startswith("'") and not opening[1:].endswith("'") and any(cell.endswith("'") for cell in cells)


def _may_start(row: Row, fewest: int) -> bool:
    """Whether a row may be the beginning of one that lost a quote: enough cells, or broken quotes of its own."""
    return _cells_of(row) >= fewest or (isinstance(row, DamagedRow) and not row.has_sound_quotes)


def _cells_of(row: Row) -> int:
    return row.cells_found if isinstance(row, DamagedRow) else len(row.cells)


def _rejected(row: Row, rest: DamagedRow, delimiter: str) -> DamagedRow:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(row.cells)
    trouble = (
        f"Line {rest.line} seems to be the rest of this row: join the lines, and quote a cell that has line breaks"
    )
    return DamagedRow.of(row, trouble, text.getvalue(), cells_found=len(row.cells), has_sound_quotes=True)
