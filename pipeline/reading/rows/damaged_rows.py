"""Finding the end of a row that does not end on its first line, so that damage stays within its row.

Either a quoted cell continues over several lines, or a quote is missing or superfluous. `docs/reader.md` lists what
decides between the two, and which files are not accepted because nothing decides it.
"""

import sys
from collections.abc import Sequence
from functools import partial

from pipeline.domain.cells import are_blank, clean
from pipeline.domain.known_answers import KnownAnswers
from pipeline.domain.records import DamagedRow, Place, Row, Trouble
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, Block, Line, Lines, size_of
from pipeline.reading.quoting import LenientCells, Quotes, Quoting, closes_with_inches
from pipeline.reading.rows.damaged_text import DamagedText
from pipeline.reading.rows.lines_within import IsRecord, LinesWithin
from pipeline.reading.rows.reach import Reach, reach_of
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.row_troubles import RowTroubles, unclosed, undecided

_MAX_BLANK_LINES = 1_000
_FEW_LINES = 8
NEVER = sys.maxsize


class RowsByLine:
    """Reads rows line by line, with look-ahead to the maximum length of a row."""

    def __init__(
        self, lines: Lines, quoting: Quoting, shape: RowShape, is_record: IsRecord | None, *, max_known_length: int
    ) -> None:
        self._lines, self._quoting, self._shape = lines, quoting, shape
        self._within = LinesWithin(quoting, shape, is_record)
        self._troubles = RowTroubles(quoting, shape)
        self._last_damage: DamagedText | None = None
        self._last_examination: tuple[int, Quotes, Reach | None] = (0, Quotes.SOUND, None)
        self._known_beginnings = KnownAnswers[tuple[str, bool, bool], bool](max_known_length)
        self.last_examined = 0
        """The last line that decided how the last row was read; `NEVER` if the end of the file may have."""

    def row(self, first: Line, place: Place) -> Row:
        """Reads the row that begins with `first`, a line already consumed, and consumes the rest of its lines."""
        self.last_examined = first.number
        quotes, reach = self._examine(first)
        if quotes is Quotes.SOUND:
            return self.whole_row(place, first.text)
        if reach:
            if cells := self._cells_of_one_row(reach):
                self._lines.skip(reach.lines)
                return self.whole_row(place, reach.text, cells)
        elif first.truncated_quotes is None and _is_blank(first, self._quoting.delimiter):
            return Row(*place, [])
        elif (row := self._lenient_row(first, place)) is not None:
            return row
        return self._damaged_row(first, place, is_open=quotes is Quotes.OPEN)

    def whole_row(self, place: Place, text: str, cells: list[str] | None = None) -> Row:
        """A row with sound quotes; malformed if it is too long or has the wrong number of cells."""
        cells = cells or self._quoting.split(text)
        if are_blank(cells):
            return Row(*place, cells)
        is_too_long = self._is_too_long(text)
        whole_line = None
        if not is_too_long and self._shape.fits(cells):
            whole_line = self._troubles.of_whole_line(cells, text)
            if whole_line is None:
                return Row(*place, cells)
        return DamagedRow(
            place,
            text,
            self._too_long if is_too_long else partial(self._troubles.of_sound_quotes, text),
            split=self._quoting.split,
            cell_count=len(cells),
            quotes_match=True,
        )

    def _lenient_row(self, line: Line, place: Place) -> Row | None:
        """A row of one line that spreadsheets accept although RFC 4180 does not; None if it is damaged."""
        lenient = self._lenient(line)
        if lenient is None or self._is_too_long(line.text):
            return None
        cells, bare, spaced = lenient
        return Row(*place, cells, bare_quotes=bare, spaced_quotes=spaced)

    def _lenient(self, line: Line) -> LenientCells | None:
        if line.truncated_quotes is not None or line.text.count(self._quoting.delimiter) < self._shape.width - 1:
            return None
        lenient = self._quoting.split_leniently(line.text)
        if lenient is None or len(lenient.cells) != self._shape.width:
            return None
        return lenient if self._shape.has_number(lenient.cells) else None

    def _quotes_of(self, line: Line) -> Quotes:
        if line.truncated_quotes is None:
            return self._quoting.classify(line.text)
        return Quotes.OPEN if line.quotes % 2 else Quotes.BROKEN

    def _examine(self, line: Line, lines_ahead: int = 0) -> tuple[Quotes, Reach | None]:
        """The state of a line's quotes and, if one is open, its reach."""
        # The line that ends one row begins the next, so the last result is kept: no line is examined twice.
        if self._last_examination[0] != line.number:
            quotes = self._quotes_of(line)
            self._last_examination = (
                line.number,
                quotes,
                reach_of(line, self._lines, lines_ahead) if quotes is Quotes.OPEN else None,
            )
        quotes, reach = self._last_examination[1:]
        self._note_examined(line.number if not reach else line.number + reach.lines if reach.is_closed else NEVER)
        return quotes, reach

    def _note_examined(self, line: int) -> None:
        self.last_examined = max(self.last_examined, line)

    def _cells_of_one_row(self, reach: Reach) -> list[str] | None:
        """The cells of the lines of an open quote if they are one row, even a malformed one; else None. Raises
        UnacceptableFile if that is undecidable."""
        cells = self._cells_of_closed(reach)
        return cells if cells and self._is_one_row(reach, cells) else None

    def _cells_of_closed(self, reach: Reach) -> list[str] | None:
        """The cells of the lines of an open quote if the last one closes it soundly."""
        is_closed = reach.is_whole and self._quoting.closes(reach.last_text)
        return self._quoting.cells_if_sound(reach.text) if is_closed else None

    def _is_one_row(self, reach: Reach, cells: Sequence[str]) -> bool:
        if not self._is_too_long(reach.text) and self._shape.fits(cells):
            if hidden := self._within.hidden_record(reach):
                raise undecided(reach.first, reach.last, hidden)
            return not self._within.are_two_rows(reach)
        return not self._within.has_row(reach) and not self._is_whole(reach.first)

    def _is_whole(self, line: Line) -> bool:
        if line.truncated_quotes is None and line.text.count(self._quoting.delimiter) < self._shape.min_cells - 1:
            return False
        damage = self._last_damage = self._damage_of(line)
        return damage.is_whole()

    def _damage_of(self, first: Line) -> DamagedText:
        """The damage of a row that begins with this line; reuses the one made when the row above was ended here."""
        damage, self._last_damage = self._last_damage, None
        if damage and damage.first.number == first.number:
            return damage
        return DamagedText(first, self._quoting, self._shape, self._lines.limit)

    def _damaged_row(self, first: Line, place: Place, *, is_open: bool) -> Row:
        """A row that is certainly malformed. Consumes its lines, up to the next line that begins a row."""
        damage = self._damage_of(first)
        is_open = is_open and not damage.is_whole()
        following = self._gather(damage, is_open=is_open)
        is_undecided = is_open and not damage.is_complete() and not self._is_note(damage)
        if is_undecided and not (following and self._is_surely_outside(following, damage)):
            raise unclosed(first, damage.header)
        text, after = damage.text, damage.cells_after_closing
        return DamagedRow(
            place,
            text,
            partial(self._trouble_of_quotes, text, damage.sound_cells, damage.size),
            split=self._quoting.cells_of_damaged,
            cell_count=damage.count,
            cells_after_closing=None if after is None or damage.stands_alone() else after,
        )

    def _gather(self, damage: DamagedText, *, is_open: bool) -> Line | None:
        """Adds the lines that belong to the row; returns the first line of the next row, if there is one."""
        while damage.may_continue():
            if plain := self._plain_lines(damage):
                damage.add(plain)
                self._lines.skip(len(plain.texts))
                continue
            blank, line = self._next_line()
            self._note_examined(line.number if line else NEVER)
            if line is None:
                return None
            if self._begins_a_row(
                line, len(blank) + 1, damage, must_look_like_one=is_open and not damage.is_complete()
            ):
                return line
            for each in (*blank, line):
                damage.add(Block(each.number, [each.text], each.end, each.truncated_quotes))
            self._lines.skip(len(blank) + 1)
        return None

    def _plain_lines(self, damage: DamagedText) -> Block | None:
        """The next lines that cannot begin a row because they have too few cells. Excludes lines that open a quote and
        may continue, and blank lines at the end, which may precede a row."""
        block, start = next(self._lines.peek(), (None, 0))
        if block is None or block.truncated_quotes is not None:
            return None
        texts, delimiter, min_cells = block.texts, self._quoting.delimiter, self._shape.min_cells
        count, stop, is_open = damage.count, start, damage.has_open_quote
        for number in range(start, len(texts)):
            text = texts[number]
            delimiters = text.count(delimiter)
            if delimiters >= min_cells - 1:
                break
            is_odd = text.count('"') & 1
            if is_odd:
                self._note_examined(block.first + number + _FEW_LINES)
                if damage.may_close or self._may_begin_a_row(texts, number):
                    break
                is_open = not is_open
            count += delimiters
            if is_odd or (text and clean(text.replace(delimiter, " ").replace('"', " "))):
                stop = number + 1
            if count >= min_cells and not is_open:
                break
        self._note_examined(block.first + number)
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
                return delimiters >= self._shape.min_cells - 1 and self._quoting.closes(following)
        return True

    def _next_line(self) -> tuple[list[Line], Line | None]:
        """The blank lines that come next, and the first line after them; None if it is too far away."""
        blank: list[Line] = []
        size = 0
        for block, start in self._lines.peek():
            for at in range(start, len(block.texts)):
                line = block.line(at)
                if not _is_blank(line, self._quoting.delimiter):
                    return blank, line
                blank.append(line)
                size += len(line.text)
                if len(blank) == _MAX_BLANK_LINES or size > self._lines.limit:
                    return blank, None
        return blank, None

    def _is_note(self, damage: DamagedText) -> bool:
        """Whether the quote opens at the beginning of the line, where rows have an identifier rather than a text."""
        return not damage.sound_cells and not self._shape.may_have_lines(0)

    def _is_surely_outside(self, line: Line, damage: DamagedText) -> bool:
        """Whether a line cannot be inside a quoted text, nor the rest of a row with one quote too many."""
        # Inside a quoted text, no line begins with a quote that is not doubled; the rest of a row lacks cells.
        if not line.text.startswith('"') or line.text.startswith('""') or not damage.sound_cells:
            return False
        return len(self._quoting.cells_if_sound(line.text) or ()) == self._shape.width

    def _begins_a_row(self, line: Line, lines_ahead: int, above: DamagedText, *, must_look_like_one: bool) -> bool:
        """Whether a row begins with `line`, the last of the next `lines_ahead` lines; after an incomplete row `above`,
        it `must_look_like_one`."""
        is_short = line.text.count(self._quoting.delimiter) < self._shape.min_cells - 1
        if is_short and line.truncated_quotes is None and line.quotes % 2 == 0:
            return False
        key = line.text, above.count >= self._shape.min_cells, must_look_like_one
        if (begins := self._known_beginnings.find(key)) is None:
            begins = self._looks_like_beginning(line, lines_ahead, *key[1:])
            if not self._last_examination[2]:  # otherwise, the lines below it decide
                self._known_beginnings.keep(key, begins, len(line.text))
        return begins

    def _looks_like_beginning(
        self, line: Line, lines_ahead: int, is_complete_above: bool, must_look_like_one: bool
    ) -> bool:
        quotes, reach = self._examine(line, lines_ahead)
        if reach:
            cells = self._cells_of_closed(reach)
        elif quotes is Quotes.SOUND:
            cells = self._quoting.split(line.text)
        else:
            cells = None
            if self._lenient(line):
                is_whole_above = is_complete_above and not must_look_like_one
                return is_whole_above or closes_with_inches(line.text) or not self._quoting.closes(line.text)
        if cells is None:
            return self._is_whole(line) and not (must_look_like_one and self._quoting.closes(line.text))
        if must_look_like_one:
            return self._shape.is_row(cells)
        return len(cells) >= self._shape.min_cells and not are_blank(cells)

    def _trouble_of_quotes(self, text: str, sound_cells: int, size: int) -> Trouble:
        trouble = self._troubles.of_quotes(text, self._shape.columns[sound_cells].header)
        return trouble._replace(message=self._too_long().message) if size > self._lines.limit else trouble

    def _is_too_long(self, text: str) -> bool:
        return len(text) > self._lines.limit // MAX_BYTES_PER_CHARACTER and size_of(text) > self._lines.limit

    def _too_long(self) -> Trouble:
        limit = self._lines.limit
        return Trouble(f"The row is longer than {limit} bytes: shorten its longest text, or close a quote in it")


def _is_blank(line: Line, delimiter: str) -> bool:
    text = line.text
    if text[:1].isalnum() and text.isascii():  # true of most lines
        return False
    if not text:
        return True
    return line.quotes % 2 == 0 and are_blank(text.replace('"', "").split(delimiter))
