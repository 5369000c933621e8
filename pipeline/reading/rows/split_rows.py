"""Rejecting rows that look sound but are only a part of a row, as the damaged lines above or below them show.

If a cell of several lines lacks its opening quote, the beginning of its row may have all required cells. Accepting it
would put a truncated value into the catalogue. A note, a total or an inch mark below a row proves nothing.
"""

import csv
import io
from collections.abc import Iterator

from pipeline.domain.cells import clean
from pipeline.domain.known_answers import KnownAnswers
from pipeline.domain.records import DamagedRow, Row, ShortRows, SoundRows, Trouble
from pipeline.domain.row_names import line_name
from pipeline.reading.quoting import Quoting, closes_with_inches
from pipeline.reading.rows.row_shape import RowShape

MAX_ROWS_BELOW = 100
_MAX_CHARACTERS_BELOW = 1_000_000

AnyRows = Row | SoundRows | ShortRows


def reject_split_rows(rows: Iterator[AnyRows], shape: RowShape, delimiter: str) -> Iterator[AnyRows]:
    """The rows in order; those that are only parts of a row are malformed."""
    split_rows = _SplitRows(shape, delimiter)
    above: Row | SoundRows | None = None  # may be the beginning of a row that continues in the damaged rows
    damaged: list[DamagedRow] = []
    size = 0  # characters of the damaged rows
    for row in rows:
        if isinstance(row, DamagedRow):
            damaged.append(row)
            size += len(row.text)
            if len(damaged) > MAX_ROWS_BELOW or size > _MAX_CHARACTERS_BELOW:
                yield from split_rows.check(above, damaged[:-1])
                above, damaged, size = None, [row], len(row.text)
            continue
        if damaged and isinstance(row, Row):
            row = split_rows.check_below(row, damaged[-1])
        yield from split_rows.check(above, damaged)
        above, damaged, size = None, [], 0
        if isinstance(row, ShortRows | DamagedRow):
            yield row
        else:
            above = row
    yield from split_rows.check(above, damaged)


class _SplitRows:
    """Finds the parts of one row among an undamaged row and the damaged rows next to it."""

    def __init__(self, shape: RowShape, delimiter: str) -> None:
        self._shape, self._delimiter, self._quoting = shape, delimiter, Quoting(delimiter)
        self._known = KnownAnswers[tuple[str, ...], bool]()
        """Whether rows without bare quotes continue those above them, by the text above and their cells."""

    def check(self, above: Row | SoundRows | None, damaged: list[DamagedRow]) -> Iterator[Row | SoundRows]:
        """The rows above and the damaged rows below them, in order; the last row above is malformed if they continue
        it."""
        if above and damaged:
            yield from self._check_last(above, damaged)
        elif above:
            yield above
        yield from damaged

    def _check_last(self, above: Row | SoundRows, damaged: list[DamagedRow]) -> Iterator[Row | SoundRows]:
        last = above.last_row() if isinstance(above, SoundRows) else above
        if rest := self._find_rest(last, damaged):
            if isinstance(above, SoundRows):
                yield from above.without_last()
            yield self._reject(last, f"{_name(rest)} seems to be the rest")
        else:
            yield above

    def check_below(self, row: Row, above: DamagedRow) -> Row:
        """The row, malformed if it continues the damaged row above it."""
        is_beginning = above.quotes_match and above.cell_count < self._shape.min_cells
        if is_beginning and row.sheet_row - above.sheet_row <= 2 and self._continues(row, above):
            return self._reject(row, f"{_name(above)} seems to be the beginning")
        return row

    def _continues(self, row: Row, above: DamagedRow) -> bool:
        """Whether a row closes a missing quote, or is a product only if joined to the row above."""
        if row.bare_quotes:
            text = self._delimiter.join(row.cells)
            return self._quoting.closes(text) and not closes_with_inches(text)
        key = (above.text, *row.cells)
        if (known := self._known.find(key)) is None:
            are_one = self._are_one(above.cells, row.cells)
            known = self._known.keep(key, are_one, len(above.text) + row.characters)
        return known

    def _are_one(self, first: list[str], rest: list[str]) -> bool:
        """Whether cells are a product only if joined to those above them."""
        if self._shape.is_row(rest):
            return False
        joined = [*first[:-1], first[-1] + rest[0], *rest[1:]]
        return self._shape.is_row([*first, *rest]) or self._shape.is_row(joined)

    def _find_rest(self, above: Row, damaged: list[DamagedRow]) -> DamagedRow | None:
        """The row with the end of a text that began in the row above without an opening quote, or None."""
        if self._continues_between_apostrophes(above, damaged[0]):
            return damaged[0]
        for row in damaged:
            if self._closes(above, row):
                return row
            # The rows that follow may then continue this one instead.
            if self._may_lack_a_quote(row):
                break
        return None

    def _closes(self, above: Row, row: DamagedRow) -> bool:
        after = row.cells_after_closing
        if after is None or row.cell_count == self._shape.width or closes_with_inches(row.text):
            return False
        last = above.cells[: self._shape.width][-1]  # cells beyond the header are empty: delimiters within the text
        return bool(clean(last)) and self._shape.may_lack_a_quote(above.cells, after)

    def _continues_between_apostrophes(self, above: Row, row: DamagedRow) -> bool:
        """Whether a cell in apostrophes begins at the end of a short row and ends in the line below."""
        opening = above.cells[-1]
        if not opening.startswith("'") or opening[1:].endswith("'") or row.sheet_row - above.sheet_row != 1:
            return False
        are_parts = len(above.cells) < self._shape.width and row.cell_count < self._shape.min_cells
        closing = next((cell for cell in row.cells if "'" in cell), "")
        return are_parts and closing.find("'") == len(closing) - 1 > 0 and not closing[-2].isdigit()

    def _may_lack_a_quote(self, row: DamagedRow) -> bool:
        """Whether a damaged row may be the beginning of such a text, or is at least not inside one."""
        # Inside, quotes are doubled, and few lines have category, price and stock in the right positions.
        if not row.quotes_match:
            return True
        return '"' in row.text.replace('""', "") or self._shape.begins_like_a_row(row.cells)

    def _reject(self, row: Row, cause: str) -> DamagedRow:
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter, lineterminator="").writerow(row.cells)
        trouble = Trouble(f"{cause} of this row: join the lines, and quote a cell that has line breaks", row.cells)
        return DamagedRow(
            row.place,
            text.getvalue(),
            lambda: trouble,
            split=self._quoting.split,
            cell_count=len(row.cells),
            quotes_match=True,
        )


def _name(row: DamagedRow) -> str:
    """Line 4, at the beginning of a sentence."""
    return "L" + line_name(row.line, row.sheet_row)[1:]
