"""Reading rows that are written alike, as nearly all rows of a sheet are: many at once, column by column.

Which columns there are, and what is in them, is learned from the rows that are read one by one.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from pipeline.reading.workbook.items import NotPlain, plain_text
from pipeline.reading.workbook.number_texts import number_text
from pipeline.reading.workbook.row_pattern import BOOLEAN, IN_PLACE, NUMBER, RESULT, SHARED, Columns, row_pattern
from pipeline.reading.workbook.rows import NO_FAULTS, CellReader, SheetRow, boolean_text, column_of

_MAX_COLUMNS = 100
_MAX_MEANINGS = 200
_MAX_PATTERNS = 30  # of one sheet: compiling one takes milliseconds
_FIRST_ROWS = 3  # the header is among them, which is like no other row
_HIDDEN = re.compile(r' hidden="(?:1|true)"')

Texts = Sequence[str]


class RowsAlike:
    """Learns what the rows of a sheet are like, and reads those that are."""

    def __init__(self, cells: CellReader) -> None:
        self._cells = cells
        self._kinds: dict[str, set[str]] = {}
        """By the letters of the column."""
        self._columns: Columns = ()
        self._pattern: re.Pattern[str] | None = None
        self._patterns = self._rows = 0
        self._has_news = False
        self._is_able = len(cells.meanings) <= _MAX_MEANINGS and "0" not in cells.meanings

    def learn(self, cells: Sequence[tuple[str, ...]]) -> None:
        """Learns from the cells of a row, as the pattern of `plain_rows.py` finds them."""
        self._rows += 1
        if not self._is_able or self._patterns >= _MAX_PATTERNS or self._rows <= _FIRST_ROWS:
            return
        most = min(_MAX_COLUMNS, self._cells.limits.columns)
        for letters, early_style, kind, late_style, value, text, result, _ in cells:
            found = self._kind(kind, early_style or late_style, value or result, text)
            if found and letters and column_of(letters) < most and found not in self._kinds.get(letters, ()):
                self._kinds.setdefault(letters, set()).add(found)
                self._has_news = True

    def _kind(self, kind: str, style: str, value: str, text: str) -> str:
        """Empty for blank cells, and for those that must be read one by one."""
        if kind in ("", NUMBER):
            return NUMBER if value and style not in self._cells.meanings else ""
        if kind == IN_PLACE:
            return IN_PLACE if text else ""
        return kind if value and kind in (SHARED, RESULT, BOOLEAN) else ""

    def pattern(self, prefix: str) -> re.Pattern[str] | None:
        """Matches every row, with its end tag; of those that are alike, the first group is not empty."""
        if self._has_news:
            by_column = sorted(self._kinds.items(), key=lambda each: column_of(each[0]))
            self._columns = tuple((letters, tuple(sorted(kinds))) for letters, kinds in by_column)
            self._pattern = row_pattern(prefix, self._columns, tuple(self._cells.meanings))
            self._patterns += 1
            self._has_news = False
        return self._pattern

    def read(self, matches: Sequence[tuple[str, ...]], above: int) -> tuple[list[SheetRow], int]:
        """The rows of consecutive matches, below the row `above`, and the number of the last. Raises NotPlain."""
        row_numbers, attributes, *groups = zip(*matches, strict=True)
        sheet_rows = list(_sheet_rows(row_numbers, above))
        columns, numbers = self._columns_of(groups)
        self._check_length(columns)
        hidden = {each: bool(_HIDDEN.search(each)) for each in set(attributes)}
        rows = map(
            SheetRow,
            sheet_rows,
            _cells_of_rows(columns),
            _positions(numbers, len(matches)),
            repeat(NO_FAULTS),
            map(hidden.__getitem__, attributes),
        )
        return [row for row in rows if row.cells], sheet_rows[-1]

    def _columns_of(self, groups: Sequence[Texts]) -> tuple[list[Texts], dict[int, Texts]]:
        """The texts of all columns, and those that are numbers by position."""
        kinds = [kind for _, kinds in self._columns for kind in kinds]
        shared = iter(
            self._cells.strings.of_cells([group for group, kind in zip(groups, kinds, strict=True) if kind == SHARED])
        )
        texts = (
            next(shared) if kind == SHARED else _texts(kind, group) for group, kind in zip(groups, kinds, strict=True)
        )
        columns: list[Texts] = []
        numbers: dict[int, Texts] = {}
        for letters, kinds_here in self._columns:
            by_kind = {kind: next(texts) for kind in kinds_here}
            columns += [("",) * len(groups[0])] * (column_of(letters) - len(columns))
            if NUMBER in by_kind:
                numbers[len(columns)] = by_kind[NUMBER]
            columns.append(_joined([*by_kind.values()]))
        return columns, numbers

    def _check_length(self, columns: Sequence[Texts]) -> None:
        most = self._cells.limits.row_bytes
        if sum(map(len, chain.from_iterable(columns))) <= most:
            return
        if max(map(sum, zip(*(map(len, column) for column in columns), strict=True))) > most:
            raise NotPlain


def _sheet_rows(numbers: Texts, above: int) -> Iterator[int]:
    for number in map(int, numbers):
        above = max(number, above + 1)
        yield above


def _texts(kind: str, stored: Texts) -> Texts:
    if kind == NUMBER:
        texts = {each: each and number_text(each) for each in set(stored)}
        if None in texts.values():
            raise NotPlain
        return [texts[each] or "" for each in stored]
    if kind == BOOLEAN:
        return [each and boolean_text(each) for each in stored]
    all_text = "".join(stored)
    return list(map(plain_text, stored)) if "&" in all_text or "_x" in all_text else stored


def _joined(by_kind: Sequence[Texts]) -> Texts:
    return by_kind[0] if len(by_kind) == 1 else list(map("".join, zip(*by_kind, strict=True)))


def _cells_of_rows(columns: Sequence[Texts]) -> list[list[str]]:
    rows = list(map(list, zip(*columns, strict=True)))
    if "" in columns[-1]:
        for row in rows:
            while row and not row[-1]:
                row.pop()
    return rows


def _positions(numbers: dict[int, Texts], count: int) -> Iterator[frozenset[int]]:
    """Where each row has numbers."""
    if all("" not in column for column in numbers.values()):
        return repeat(frozenset(numbers), count)
    filled = zip(*numbers.values(), strict=True)
    return (frozenset(at for at, text in zip(numbers, row, strict=True) if text) for row in filled)
