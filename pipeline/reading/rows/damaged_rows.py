"""Where a row ends that does not end soundly with its first line: damage stays in its row.

Either a quoted cell goes on over several lines, or a quote is missing or too many. `docs/reader.md` has the
table of what decides which it is, and what is refused because nothing decides it.
"""

from collections.abc import Callable, Sequence
from functools import partial

from pipeline.domain.cells import clean
from pipeline.domain.records import DamagedRow, Row, Trouble
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block, Line, Lines, size_of
from pipeline.reading.quoting import Lenient, Quotes, Quoting, closes_with_inches
from pipeline.reading.rows.damaged_text import Ruin
from pipeline.reading.rows.reach import Reach, reach_of
from pipeline.reading.rows.row_shape import Likeness
from pipeline.reading.rows.row_troubles import RowTroubles, unclosed, undecided

_MAX_BLANK_LINES = 1_000
_FEW_LINES = 8

IsRecord = Callable[[Sequence[str]], bool]
"""Whether cells are a record without errors. Such a line within a quoted cell is a row that a stray quote hides."""


class RowsByLine:
    """Reads rows line by line, looking ahead as far as a row may reach."""

    def __init__(self, lines: Lines, quoting: Quoting, likeness: Likeness, is_record: IsRecord | None) -> None:
        self._lines, self._quoting, self._likeness, self._is_record = lines, quoting, likeness, is_record
        self._troubles = RowTroubles(quoting, likeness)
        self._last_ruin: Ruin | None = None
        self._looked_at: tuple[int, Quotes, Reach | None] = (0, Quotes.SOUND, None)

    def row(self, first: Line, sheet_row: int) -> Row:
        """The row that begins with `first`, which was taken; the line behind its end is the next one then."""
        quotes, reach = self._look_at(first)
        if quotes is Quotes.SOUND:
            return self.whole_row(first, sheet_row, first.text)
        if reach:
            if self._is_one_row(reach):
                self._lines.take(reach.lines)
                return self.whole_row(first, sheet_row, reach.text)
        elif first.lost_quotes is None and _is_blank(first, self._quoting.delimiter):
            return Row(0, first.number, sheet_row, [])
        elif (row := self._lenient_row(first, sheet_row)) is not None:
            return row
        return self._damaged_row(first, sheet_row, is_open=quotes is Quotes.OPEN)

    def whole_row(self, first: Line, sheet_row: int, text: str, cells: list[str] | None = None) -> Row:
        """A row whose quotes are sound; malformed if it is too long or has the wrong number of cells."""
        cells = cells or self._quoting.split(text)
        if not any(map(clean, cells)):
            return Row(0, first.number, sheet_row, cells)
        is_too_long = self._is_too_long(text)
        whole_line = None
        if not is_too_long and self._likeness.fits(cells):
            whole_line = self._troubles.of_whole_line(cells, text)
            if whole_line is None:
                return Row(0, first.number, sheet_row, cells)
        name_trouble = self._too_long if is_too_long else partial(self._troubles.of_sound_quotes, text)
        return DamagedRow(
            first.number,
            sheet_row,
            text,
            name_trouble,
            split=self._quoting.split,
            cell_count=len(cells),
            quotes_match=True,
        )

    def _lenient_row(self, line: Line, sheet_row: int) -> Row | None:
        """A row of one line whose quotes RFC 4180 does not have, though spreadsheets read it; None if it is damaged."""
        lenient = self._lenient(line)
        if lenient is None or self._is_too_long(line.text):
            return None
        cells, bare, spaced = lenient
        return Row(0, line.number, sheet_row, cells, bare_quotes=bare, spaced_quotes=spaced)

    def _lenient(self, line: Line) -> Lenient | None:
        if line.lost_quotes is not None or line.text.count(self._quoting.delimiter) < self._likeness.width - 1:
            return None
        lenient = self._quoting.lenient(line.text)
        if lenient is None or len(lenient.cells) != self._likeness.width:
            return None
        return lenient if self._likeness.has_number(lenient.cells) else None

    def _quotes_of(self, line: Line) -> Quotes:
        if line.lost_quotes is None:
            return self._quoting.of(line.text)
        return Quotes.OPEN if line.quotes % 2 else Quotes.BROKEN

    def _look_at(self, line: Line, behind: int = 0) -> tuple[Quotes, Reach | None]:
        """A line's quotes and, if it opens one, its reach. A line at which a row ends is looked at once more as the
        beginning of the next row, and that is the same look."""
        if self._looked_at[0] != line.number:
            quotes = self._quotes_of(line)
            self._looked_at = (
                line.number,
                quotes,
                reach_of(line, self._lines, behind) if quotes is Quotes.OPEN else None,
            )
        return self._looked_at[1:]

    def _is_one_row(self, reach: Reach) -> bool:
        """Whether lines with a quote open between them are one row, be it malformed. Refuses if it may be or not."""
        if not reach.is_whole or not self._quoting.closes(reach.last.text):
            return False
        text = reach.text
        cells = self._quoting.cells_if_sound(text)
        if cells is None:
            return False
        if not self._is_too_long(text) and self._likeness.fits(cells):
            if hidden := self._hidden_record(reach):
                raise undecided(reach.first, reach.last, hidden)
            return not self._are_two_rows(reach)
        return not any(map(self._is_sound_row, reach.between())) and not self._is_whole(reach.first)

    def _are_two_rows(self, reach: Reach) -> bool:
        """Whether the line that opens and the line that closes are each a whole row, but for a stray quote."""
        texts = (line.text.replace('"', "", 1) for line in (reach.first, reach.last))
        return all(map(self._is_plain_row, texts))

    def _is_plain_row(self, text: str) -> bool:
        if text.count(self._quoting.delimiter) < self._likeness.width - 1:
            return False
        lenient = self._quoting.lenient(text)
        return lenient is not None and self._likeness.is_plain_row(lenient.cells)

    def _hidden_record(self, reach: Reach) -> tuple[int, str] | None:
        """A line that would be a record without errors if the quote were not open."""
        return next(filter(self._is_sound_record, reach.between()), None) if self._is_record else None

    def _is_sound_record(self, line: tuple[int, str]) -> bool:
        cells = self._cells_of_a_row(line[1])
        is_row = cells is not None and self._likeness.fits(cells)
        return is_row and self._is_record is not None and self._is_record(cells or [])

    def _is_sound_row(self, line: tuple[int, str]) -> bool:
        cells = self._cells_of_a_row(line[1])
        return cells is not None and self._likeness.is_row(cells)

    def _cells_of_a_row(self, text: str) -> list[str] | None:
        if text.count(self._quoting.delimiter) < self._likeness.fewest - 1:
            return None
        return self._quoting.cells_if_sound(text)

    def _is_whole(self, line: Line) -> bool:
        if line.lost_quotes is None and line.text.count(self._quoting.delimiter) < self._likeness.fewest - 1:
            return False
        ruin = self._last_ruin = self._ruin(line)
        return ruin.is_whole()

    def _ruin(self, first: Line) -> Ruin:
        """Of a line that was looked at as the end of the row above, the one that was made then."""
        ruin, self._last_ruin = self._last_ruin, None
        if ruin and ruin.first.number == first.number:
            return ruin
        return Ruin(first, self._quoting, self._likeness, self._lines.limit)

    def _damaged_row(self, first: Line, sheet_row: int, *, is_open: bool) -> Row:
        """A row that is malformed for sure: takes the lines that belong to it, up to the next that is a row."""
        ruin = self._ruin(first)
        is_open = is_open and not ruin.is_whole()
        following = self._gather(ruin, is_open=is_open)
        is_undecided = is_open and not ruin.is_complete() and not self._is_note(ruin)
        if is_undecided and not (following and self._is_surely_outside(following, ruin)):
            raise unclosed(first, ruin.header)
        text, after = ruin.text, ruin.cells_after_closing
        return DamagedRow(
            first.number,
            sheet_row,
            text,
            partial(self._trouble_of_quotes, text, ruin.sound_cells, ruin.size),
            split=self._quoting.cells_of_damaged,
            cell_count=ruin.count,
            cells_after_closing=None if after is None or ruin.stands_alone() else after,
        )

    def _gather(self, ruin: Ruin, *, is_open: bool) -> Line | None:
        """Adds the lines that belong to a row's first one; returns the next row's first line, if there is one."""
        while ruin.may_go_on():
            if plain := self._plain_lines(ruin):
                ruin.add(plain)
                self._lines.take(len(plain.texts))
                continue
            blank, line = self._next_line()
            if line is None:
                return None
            if self._begins_a_row(line, len(blank) + 1, ruin, must_look_like_one=is_open and not ruin.is_complete()):
                return line
            for each in (*blank, line):
                ruin.add(Block(each.number, [each.text], each.end, each.lost_quotes))
            self._lines.take(len(blank) + 1)
        return None

    def _plain_lines(self, ruin: Ruin) -> Block | None:
        """The lines that come next and cannot begin a row, because they have too few cells, not the blank ones at the
        end, which may stand before a row. A line that opens a quote, and may go on, is none of them."""
        block, start = next(self._lines.ahead(), (None, 0))
        if block is None or block.lost_quotes is not None:
            return None
        texts, delimiter, fewest = block.texts, self._quoting.delimiter, self._likeness.fewest
        count, stop, is_open = ruin.count, start, ruin.has_open_quote
        for number in range(start, len(texts)):
            text = texts[number]
            delimiters = text.count(delimiter)
            if delimiters >= fewest - 1:
                break
            is_odd = text.count('"') & 1
            if is_odd:
                if ruin.may_close or self._may_begin_a_row(texts, number):
                    break
                is_open = not is_open
            count += delimiters
            if is_odd or (text and clean(text.replace(delimiter, " ").replace('"', " "))):
                stop = number + 1
            if count >= fewest and not is_open:
                break
        return block.part(start, stop) if stop > start else None

    def _may_begin_a_row(self, texts: Sequence[str], number: int) -> bool:
        """Whether a line with few cells and an odd number of quotes may be the first of a row of several lines."""
        delimiter, text = self._quoting.delimiter, texts[number]
        if text[0] != '"' and f'{delimiter}"' not in text:
            return False
        delimiters = text.count(delimiter)
        for following in texts[number + 1 : number + _FEW_LINES]:
            delimiters += following.count(delimiter)
            if following.count('"') & 1:
                return delimiters >= self._likeness.fewest - 1 and self._quoting.closes(following)
        return True

    def _next_line(self) -> tuple[list[Line], Line | None]:
        """The next line that is not blank, with the blank ones before it; None if it is too far away."""
        blank: list[Line] = []
        size = 0
        for block, start in self._lines.ahead():
            for at in range(start, len(block.texts)):
                line = block.line(at)
                if not _is_blank(line, self._quoting.delimiter):
                    return blank, line
                blank.append(line)
                size += len(line.text)
                if len(blank) == _MAX_BLANK_LINES or size > self._lines.limit:
                    return blank, None
        return blank, None

    def _is_note(self, ruin: Ruin) -> bool:
        """Whether a quote opens at the beginning of a line, where a row has an identifier and no text."""
        return not ruin.sound_cells and not self._likeness.may_have_lines(0)

    def _is_surely_outside(self, line: Line, ruin: Ruin) -> bool:
        """Whether a line cannot be the inside of a quoted text: there, no line begins with a quote that is not
        doubled. Nor is it the rest of the row with one quote too many, for it has all cells by itself."""
        if not line.text.startswith('"') or line.text.startswith('""') or not ruin.sound_cells:
            return False
        return len(self._quoting.cells_if_sound(line.text) or ()) == self._likeness.width

    def _begins_a_row(self, line: Line, behind: int, above: Ruin, *, must_look_like_one: bool) -> bool:
        """Whether a row begins with a line that is the last of `behind` lines ahead; `above` is not a whole one if that
        line `must_look_like_one`."""
        is_short = line.text.count(self._quoting.delimiter) < self._likeness.fewest - 1
        if is_short and line.lost_quotes is None and line.quotes % 2 == 0:
            return False
        quotes, reach = self._look_at(line, behind)
        if reach:
            is_closed = reach.is_whole and self._quoting.closes(reach.last.text)
            cells = self._quoting.cells_if_sound(reach.text) if is_closed else None
        elif quotes is Quotes.SOUND:
            cells = self._quoting.split(line.text)
        else:
            cells = None
            if self._lenient(line):
                is_whole_above = above.count >= self._likeness.fewest and not must_look_like_one
                return is_whole_above or closes_with_inches(line.text) or not self._quoting.closes(line.text)
        if cells is None:
            return self._is_whole(line) and not (must_look_like_one and self._quoting.closes(line.text))
        if must_look_like_one:
            return self._likeness.is_row(cells)
        return len(cells) >= self._likeness.fewest and any(map(clean, cells))

    def _trouble_of_quotes(self, text: str, sound_cells: int, size: int) -> Trouble:
        trouble = self._troubles.of_quotes(text, self._likeness.columns[sound_cells].header)
        return trouble._replace(message=self._too_long().message) if size > self._lines.limit else trouble

    def _is_too_long(self, text: str) -> bool:
        return len(text) > self._lines.limit // MAX_BYTES_PER_CHARACTER and size_of(text) > self._lines.limit

    def _too_long(self) -> Trouble:
        limit = self._lines.limit
        return Trouble(f"The row is longer than {limit} bytes: shorten its longest text, or close a quote in it")


def _is_blank(line: Line, delimiter: str) -> bool:
    if not line.text:
        return True
    return line.quotes % 2 == 0 and not any(map(clean, line.text.replace('"', "").split(delimiter)))
