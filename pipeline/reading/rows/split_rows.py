"""Rows that look sound but are only a part of one: the damaged lines above or below them say so.

A quote lost before a cell of several lines leaves a beginning that may have all the required cells. Accepting it would
put a cut-off value into the catalogue. A note, a total or an inch mark below a row says nothing against it.
"""

import csv
import io
from collections.abc import Iterator

from pipeline.domain.cells import clean
from pipeline.domain.records import DamagedRow, Row, ShortRows, SoundRows, Trouble
from pipeline.reading.quoting import Quoting, closes_with_inches
from pipeline.reading.rows.row_shape import Likeness

MAX_ROWS_BELOW = 100
_MAX_CHARACTERS_BELOW = 1_000_000

AnyRows = Row | SoundRows | ShortRows


def without_parts(rows: Iterator[AnyRows], likeness: Likeness, delimiter: str) -> Iterator[AnyRows]:
    """The rows in order; those that turn out to be parts of one are malformed."""
    parting = _Parting(likeness, delimiter)
    above: Row | SoundRows | None = None  # against the last of which the damaged rows below it may speak
    damaged: list[DamagedRow] = []
    size = 0  # characters of the damaged rows
    for row in rows:
        if isinstance(row, DamagedRow):
            if isinstance(above, SoundRows):
                before, above = above.split_last()
                yield from before
            damaged.append(row)
            size += len(row.text)
            if len(damaged) > MAX_ROWS_BELOW or size > _MAX_CHARACTERS_BELOW:
                yield from parting.decided(above, damaged[:-1])
                above, damaged, size = None, [row], len(row.text)
            continue
        if damaged and isinstance(row, Row):
            row = parting.second_part(row, damaged[-1])
        yield from parting.decided(above, damaged)
        above, damaged, size = None, [], 0
        if isinstance(row, ShortRows | DamagedRow):
            yield row
        else:
            above = row
    yield from parting.decided(above, damaged)


class _Parting:
    """Tells the parts of a row among a row without damage and the damaged ones right below it."""

    def __init__(self, likeness: Likeness, delimiter: str) -> None:
        self._likeness, self._delimiter, self._quoting = likeness, delimiter, Quoting(delimiter)

    def decided(self, above: Row | SoundRows | None, damaged: list[DamagedRow]) -> Iterator[Row | SoundRows]:
        """The row above and those below it, in order; the one above malformed if they go on with it."""
        if damaged and isinstance(above, Row) and (rest := self._rest_of(above, damaged)):
            yield self._rejected(above, f"Line {rest.line} seems to be the rest")
        elif above:
            yield above
        yield from damaged

    def second_part(self, row: Row, above: DamagedRow) -> Row:
        """A row that goes on with the damaged row right above it is malformed."""
        is_beginning = above.quotes_match and above.cell_count < self._likeness.fewest
        if is_beginning and row.sheet_row - above.sheet_row <= 2 and self._goes_on_with(row, above):
            return self._rejected(row, f"Line {above.line} seems to be the beginning")
        return row

    def _goes_on_with(self, row: Row, above: DamagedRow) -> bool:
        """Whether a row closes a quote that is lost, or is no product by itself but one joined with the row above."""
        if row.bare_quotes:
            text = self._delimiter.join(row.cells)
            return self._quoting.closes(text) and not closes_with_inches(text)
        if self._likeness.is_row(row.cells):
            return False
        first, rest = above.cells, row.cells
        joined = [*first[:-1], first[-1] + rest[0], *rest[1:]]
        return self._likeness.is_row([*first, *rest]) or self._likeness.is_row(joined)

    def _rest_of(self, above: Row, damaged: list[DamagedRow]) -> DamagedRow | None:
        """The end of a text that began in the row above, and whose opening quote is lost; None if there is none."""
        if self._goes_on_between_apostrophes(above, damaged[0]):
            return damaged[0]
        for row in damaged:
            if self._closes(above, row):
                return row
            if self._may_lack_a_quote(row):  # then what follows may go on with this one
                break
        return None

    def _closes(self, above: Row, row: DamagedRow) -> bool:
        after = row.cells_after_closing
        if after is None or row.cell_count == self._likeness.width or closes_with_inches(row.text):
            return False
        last = above.cells[: self._likeness.width][-1]  # further ones are empty, and may be the text's own delimiters
        return bool(clean(last)) and self._likeness.may_lack_a_quote(above.cells, after)

    def _goes_on_between_apostrophes(self, above: Row, row: DamagedRow) -> bool:
        """Whether a cell in apostrophes begins at the end of a short row and ends in the line below."""
        opening = above.cells[-1]
        if not opening.startswith("'") or opening[1:].endswith("'") or row.sheet_row - above.sheet_row != 1:
            return False
        are_parts = len(above.cells) < self._likeness.width and row.cell_count < self._likeness.fewest
        closing = next((cell for cell in row.cells if "'" in cell), "")
        return are_parts and closing.find("'") == len(closing) - 1 > 0 and not closing[-2].isdigit()

    def _may_lack_a_quote(self, row: DamagedRow) -> bool:
        """Whether a damaged row may be the beginning of such a text, or at least no inside of one: there, quotes are
        doubled, and few lines have a category, a price and a stock where a product has them."""
        if not row.quotes_match:
            return True
        return '"' in row.text.replace('""', "") or self._likeness.begins_like_a_row(row.cells)

    def _rejected(self, row: Row, what: str) -> DamagedRow:
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter, lineterminator="").writerow(row.cells)
        trouble = Trouble(f"{what} of this row: join the lines, and quote a cell that has line breaks", row.cells)
        return DamagedRow(
            row.line,
            row.sheet_row,
            text.getvalue(),
            lambda: trouble,
            split=self._quoting.split,
            cell_count=len(row.cells),
            quotes_match=True,
        )
