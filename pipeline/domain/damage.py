"""Where a row ends that does not end soundly with its first line: damage stays in its row (contract §2).

Either a quoted cell goes on over several lines, or a quote is missing or too many. `docs/reader.md` has the
table of what decides which it is, and what is refused because nothing decides it.
"""

from collections.abc import Sequence

from pipeline.domain import failures
from pipeline.domain.cells import clean
from pipeline.domain.failures import UnacceptableFile
from pipeline.domain.likeness import Likeness
from pipeline.domain.lines import Line, Lines
from pipeline.domain.quoting import Quotes, Quoting
from pipeline.domain.records import DamagedRow, Row
from pipeline.domain.ruin import Ruin, joined

_MOST_BLANK_LINES = 1_000
_SHOWN = 80


class RowsByLine:
    """Reads rows line by line, looking ahead as far as a row may reach."""

    def __init__(self, lines: Lines, quoting: Quoting, likeness: Likeness) -> None:
        self._lines, self._quoting, self._likeness = lines, quoting, likeness

    def row(self, first: Line, sheet_row: int) -> Row:
        """The row that begins with `first`, which was taken; the line behind its end is the next one then."""
        quotes = self._quotes_of(first)
        if quotes is Quotes.SOUND:
            return self.whole_row([first], sheet_row)
        if quotes is Quotes.OPEN:
            taken = self._until_closed(first)
            if self._is_one_row(taken):
                return self.whole_row(taken, sheet_row)
            self._lines.put_back(taken[1:])
        return self._damaged_row(first, sheet_row, is_open=quotes is Quotes.OPEN)

    def whole_row(self, taken: Sequence[Line], sheet_row: int, cells: list[str] | None = None) -> Row:
        """A row whose quotes are sound; malformed if it is too long or has the wrong number of cells."""
        text = joined(taken)
        cells = cells or self._quoting.split(text)
        row = Row(0, taken[0].number, sheet_row, cells)
        if not any(map(clean, cells)):
            return row
        if too_long := self._too_long(_size(text)):
            return DamagedRow.of(row, too_long, text, cells_found=len(cells), has_sound_quotes=True)
        wrong_count = self._wrong_count(cells)
        if wrong_count:
            return DamagedRow.of(row, wrong_count, text, cells_found=len(cells), has_sound_quotes=True)
        return row

    def _quotes_of(self, line: Line) -> Quotes:
        if line.lost_quotes is None:
            return self._quoting.of(line.text)
        return Quotes.OPEN if line.quotes % 2 else Quotes.BROKEN

    def _until_closed(self, first: Line) -> list[Line]:
        """The lines up to the one that closes the quote which the first opens; fewer if it is not closed soon.

        Lines with an even number of quotes leave it open. So nothing is looked at twice: what follows a line
        that closes was not looked at.
        """
        taken, size = [first], len(first.text)
        while size <= self._lines.limit and (line := self._lines.line()):
            taken.append(line)
            size += len(line.text)
            if line.quotes % 2:
                break
        return taken

    def _is_one_row(self, taken: Sequence[Line]) -> bool:
        """Whether lines with a quote open between them are one row, be it malformed. Refuses if it may be or not."""
        text = joined(taken)
        if len(taken) < 2 or any(line.lost_quotes for line in taken):
            return False
        cells = self._quoting.cells_if_sound(text)
        if cells is None:
            return False
        hidden = self._hidden_row(taken)
        if _size(text) <= self._lines.limit and self._likeness.fits(cells):
            if hidden:
                raise _undecided(taken[0], taken[-1], hidden)
            return True
        return not hidden and not self._is_whole(taken[0])

    def _hidden_row(self, taken: Sequence[Line]) -> Line | None:
        """A line that would be a row of its own if the quote were not open."""
        rows = (line for line in taken[1:-1] if self._is_sound_row(line))
        return next(rows, taken[-1] if self._are_two_rows(taken[0], taken[-1]) else None)

    def _is_sound_row(self, line: Line) -> bool:
        if line.text.count(self._quoting.delimiter) < self._likeness.fewest - 1:
            return False
        cells = self._quoting.cells_if_sound(line.text)
        return cells is not None and self._likeness.is_row(cells)

    def _are_two_rows(self, first: Line, last: Line) -> bool:
        """Whether the line that opens and the line that closes each have all that a row has."""
        if self._is_whole(first) and self._is_whole(last):
            return True
        before, rest = self._quoting.sound_cells_before_trouble(first.text)
        heads, tails = [*before, *rest.split(self._quoting.delimiter)], last.text.split(self._quoting.delimiter)
        return (
            0 < len(before) < self._likeness.width - 1
            and len(heads) == len(tails) == self._likeness.width
            and not any(part.startswith(" ") for part in heads + tails)  # as prose has after a comma
        )

    def _is_whole(self, line: Line) -> bool:
        return self._ruin(line).is_whole()

    def _ruin(self, first: Line) -> Ruin:
        return Ruin(first, self._quoting, self._likeness, self._lines.limit)

    def _damaged_row(self, first: Line, sheet_row: int, *, is_open: bool) -> Row:
        """A row that is malformed for sure: takes the lines that belong to it, up to the next that is a row."""
        ruin = self._ruin(first)
        following = self._gather(ruin, is_open=is_open)
        if is_open and not ruin.is_complete() and not (following and self._is_surely_outside(following, ruin)):
            raise _unclosed(first, ruin.header)
        return DamagedRow.of(
            Row(0, first.number, sheet_row, ruin.cells),
            self._too_long(ruin.size) or ruin.trouble,
            ruin.text,
            cells_found=ruin.count,
            cells_after_closing=None if ruin.stands_alone() else ruin.cells_after_closing,
        )

    def _gather(self, ruin: Ruin, *, is_open: bool) -> Line | None:
        """Adds the lines that belong to a row's first one; returns the next row's first line, if there is one."""
        blank: list[Line] = []
        while ruin.may_go_on() and len(blank) < _MOST_BLANK_LINES and (line := self._lines.line()):
            if self._begins_a_row(line, must_look_like_one=is_open and not ruin.is_complete()):
                self._lines.put_back([*blank, line])
                return line
            blank.append(line)
            if not _is_blank(line, self._quoting.delimiter):
                ruin.add(blank)
                blank = []
        self._lines.put_back(blank)
        return None

    def _is_surely_outside(self, line: Line, ruin: Ruin) -> bool:
        """Whether a line cannot be the inside of a quoted text: there, no line begins with a quote that is not
        doubled. Nor is it the rest of the row with one quote too many, for it has all cells by itself."""
        if not line.text.startswith('"') or line.text.startswith('""') or not ruin.sound_cells:
            return False
        return len(self._quoting.cells_if_sound(line.text) or ()) == self._likeness.width

    def _begins_a_row(self, line: Line, *, must_look_like_one: bool) -> bool:
        quotes = self._quotes_of(line)
        if quotes is Quotes.OPEN:
            taken = self._until_closed(line)
            self._lines.put_back(taken[1:])
            cells = self._quoting.cells_if_sound(joined(taken)) if len(taken) > 1 else None
        else:
            cells = self._quoting.split(line.text) if quotes is Quotes.SOUND else None
        if cells is None:
            return self._is_whole(line) and not (must_look_like_one and self._quoting.closes(line.text))
        if must_look_like_one:
            return self._likeness.is_row(cells)
        return len(cells) >= self._likeness.fewest and any(map(clean, cells))

    def _too_long(self, size: int) -> str | None:
        if size <= self._lines.limit:
            return None
        return f"The row is longer than {self._lines.limit} bytes: shorten its longest text, or close a quote in it"

    def _wrong_count(self, cells: Sequence[str]) -> str | None:
        columns, width = self._likeness.columns, self._likeness.width
        if len(cells) > width and any(map(clean, cells[width:])):
            return (
                f"The row has {len(cells)} cells, but the header has {width}:"
                " put quotes around a cell that contains the delimiter"
            )
        if len(cells) < self._likeness.fewest:
            missing = self._likeness.first_required(len(cells))
            return (
                f"The row ends after {len(cells)} of {len(columns)} cells, before {missing}. If a line break"
                " has parted it from the row above or below, join them, and check that row too"
            )
        return None


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _is_blank(line: Line, delimiter: str) -> bool:
    return line.quotes % 2 == 0 and not any(map(clean, line.text.replace('"', "").split(delimiter)))


def _unclosed(first: Line, header: str) -> UnacceptableFile:
    message = (
        f'A quote opens on line {first.number}, in the cell under "{header}", and it cannot be told where it was meant'
        f' to close: {first.text[:_SHOWN]!r}. Put a " at the end of that cell, or write a " that is part of the'
        ' text twice ("").'
    )
    return UnacceptableFile(failures.UNCLOSED_QUOTE, message, first.number)


def _undecided(first: Line, last: Line, hidden: Line) -> UnacceptableFile:
    message = (
        f"A quote opens on line {first.number} and closes on line {last.number}, which makes one cell of all that lies"
        f" between. But line {hidden.number} looks like a product of its own: {hidden.text[:_SHOWN]!r}. Remove or close"
        f" the quote on line {first.number}, or change line {hidden.number} if it really is part of a text."
    )
    return UnacceptableFile(failures.UNCLOSED_QUOTE, message, first.number)
