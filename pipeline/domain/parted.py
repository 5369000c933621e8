"""Rows that look sound but are only a part of one: the damaged lines above or below them say so.

A stray line break, or a quote lost before a cell of several lines, leaves a beginning that may have all the
required cells. Accepting it would put a cut-off value into the catalogue.
"""

import csv
import io
from collections.abc import Iterator

from pipeline.domain.likeness import Likeness, is_prose
from pipeline.domain.records import DamagedRow, Row, SoundRows

_MOST_BELOW = 100
_MOST_CHARACTERS_BELOW = 4_000_000


def without_parts(rows: Iterator[Row | SoundRows], likeness: Likeness, delimiter: str) -> Iterator[Row | SoundRows]:
    """The rows in order; those that turn out to be parts of one are malformed."""
    waiting: list[Row] = []
    size = 0  # characters of the damaged rows that wait
    together: SoundRows | None = None
    parting = _Parting(likeness, delimiter)
    for row in rows:
        if size:
            row = parting.decide(waiting, row)
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
        if len(waiting) > _MOST_BELOW or size > _MOST_CHARACTERS_BELOW:
            yield from waiting
            waiting = []
            size = 0
        parting.suspect(waiting, row)
        waiting.append(row)
        size += 1 + sum(map(len, row.cells))
    if together:
        yield together
    parting.reject_first_part(waiting)
    yield from waiting


class _Parting:
    """Tells the parts of a row among a sound row that waits, the damaged ones right below it, and the next."""

    def __init__(self, likeness: Likeness, delimiter: str) -> None:
        self._likeness, self._delimiter = likeness, delimiter
        self._is_suspected = False

    def suspect(self, waiting: list[Row], damaged: DamagedRow) -> None:
        """Looks whether the first that waits may be the beginning of a damaged row, of which the next row decides."""
        self._is_suspected = (
            bool(waiting) and not isinstance(waiting[0], DamagedRow) and self._goes_on(waiting, damaged)
        )

    def decide(self, waiting: list[Row], row: Row | SoundRows) -> Row | SoundRows:
        """The row below those that wait; malformed if it goes on with the last of them, which then has no other
        first part."""
        if isinstance(row, Row) and self._is_second_part(row, waiting[-1]):
            self._is_suspected = False
            return self._rejected(row, f"Line {waiting[-1].line} seems to be the beginning")
        self.reject_first_part(waiting)
        return row

    def reject_first_part(self, waiting: list[Row]) -> None:
        if self._is_suspected:
            self._is_suspected = False
            waiting[0] = self._rejected(waiting[0], f"Line {waiting[-1].line} seems to be the rest")

    def _goes_on(self, waiting: list[Row], damaged: DamagedRow) -> bool:
        if damaged.has_sound_quotes:
            return len(waiting) == 1 and self._makes_one_row(waiting[0], damaged)
        after = damaged.cells_after_closing
        if after is None or damaged.cells_found == self._likeness.width:
            return False
        has_its_own_beginning = any(map(self._may_lack_a_quote, reversed(waiting[1:])))
        return not has_its_own_beginning and self._likeness.may_lack_a_quote(waiting[0].cells, after)

    def _may_lack_a_quote(self, row: Row) -> bool:
        """Whether a damaged row may be the beginning of one, or at least no inside of a text: there, quotes are
        doubled, and hardly a line has a category, a price and a stock where a product has them."""
        if not isinstance(row, DamagedRow) or not row.has_sound_quotes:
            return True
        return '"' in (row.raw or "").replace('""', "") or self._likeness.begins_like_a_row(row.cells)

    def _makes_one_row(self, row: Row, rest: DamagedRow) -> bool:
        """Whether a row and the damaged one below it are one: joined they have the cells of one row and neither has
        them alone, or a cell between apostrophes begins in the one and ends in the other. A line break may
        stand for a delimiter; where it is in a cell, it may be two, but above a note there is a blank line as well."""
        distance, missing = rest.sheet_row - row.sheet_row, self._likeness.width - len(row.cells)
        fills_up = rest.cells_found - 1 == missing > 0
        if distance == 1:
            is_one_cell = _parts_apostrophes(row.cells[-1], rest.cells)
            return fills_up or rest.cells_found == missing > 1 or is_one_cell
        return distance == 2 and fills_up and not is_prose(rest.cells)

    def _is_second_part(self, row: Row, beginning: Row) -> bool:
        """Whether a row is no product by itself, but is one joined with the damaged row right above it."""
        likeness = self._likeness
        is_beginning = isinstance(beginning, DamagedRow) and beginning.has_sound_quotes
        if not is_beginning or row.sheet_row - beginning.sheet_row > 2:
            return False
        if len(beginning.cells) >= likeness.fewest or likeness.is_row(row.cells):
            return False
        above, below = beginning.cells, row.cells
        return likeness.is_row([*above, *below]) or likeness.is_row([*above[:-1], above[-1] + below[0], *below[1:]])

    def _rejected(self, row: Row, what: str) -> DamagedRow:
        if isinstance(row, DamagedRow):
            return row
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter, lineterminator="").writerow(row.cells)
        trouble = f"{what} of this row: join the lines, and quote a cell that has line breaks"
        return DamagedRow.of(row, trouble, text.getvalue(), cells_found=len(row.cells), has_sound_quotes=True)


def _parts_apostrophes(opening: str, cells: list[str]) -> bool:
    return opening.startswith("'") and not opening[1:].endswith("'") and any(cell.endswith("'") for cell in cells)
