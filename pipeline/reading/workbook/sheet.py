"""One sheet: its rows, and which of its cells are merged."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.domain.failures import Limits
from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.items import Match, NotPlain, parse_items
from pipeline.reading.workbook.parts import Part
from pipeline.reading.workbook.plain_rows import read_plain_row
from pipeline.reading.workbook.rows import Cell, CellReader, SheetRow, column_of
from pipeline.reading.workbook.rows_alike import RowsAlike
from pipeline.reading.workbook.texts import LimitedText
from pipeline.reading.workbook.xml_parts import Attributes

_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_DIGITS = "0123456789"
_RANGE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,8})(?::([A-Za-z]{1,3})([1-9][0-9]{0,8}))?")
_MAX_MERGED = 20_000
_MANY_ROWS = 16  # each may have a long text that is in no other row
_TRUE = ("1", "true")


class MergedRange(NamedTuple):
    """Cells that look like one. Rows as the spreadsheet shows them, columns by position; both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class SheetElements:
    """Takes the elements of a sheet."""

    def __init__(self, cells: CellReader, limits: Limits) -> None:
        self._cells, self._alike = cells, RowsAlike(cells)
        self.finished: list[SheetRow] = []
        self.merged: list[MergedRange] = []
        self._row, self._is_in_rows, self._is_in_row, self._is_hidden = 0, False, False, False
        self._column = -1
        self._kind, self._style = "n", "0"
        self._is_in_cell, self._is_phonetic = False, False
        self._texts = {name: LimitedText(limits.row_bytes + 1) for name in ("v", "f", "t")}
        self._present: set[str] = set()
        self._open: LimitedText | None = None
        self._is_root = True

    def take_rows(self) -> list[SheetRow]:
        rows, self.finished = self.finished, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        if self._is_in_cell:
            self._start_in_cell(name)
        elif name == "c" and self._is_in_row:
            self._start_cell(attributes)
        elif name == "row" and self._is_in_rows:
            self._start_row(attributes)
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", ""))
        elif name == "sheetData":
            self._is_in_rows = True
        elif self._is_root and name != "worksheet":
            raise damaged("a sheet is something else")
        self._is_root = False

    def end(self, name: str) -> None:
        if name in self._texts:
            self._open = None
        elif name == "c" and self._is_in_cell:
            self._end_cell()
        elif name == "row" and self._is_in_row:
            self._end_row()
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "sheetData":
            self._is_in_rows = False

    def text(self, text: str) -> None:
        if self._open is not None:
            self._open.add(text)

    def is_between_items(self) -> bool:
        return self._is_in_rows and not self._is_in_row

    def take_plain(self, item: str, prefix: str) -> bool:
        try:
            number, self._is_hidden = read_plain_row(item, prefix, self._cells, self._alike)
        except NotPlain:
            self._cells.begin()
            return False
        self._row = max(number or 0, self._row + 1)
        self._end_row()
        return True

    def pattern(self, prefix: str) -> re.Pattern[str] | None:
        return self._alike.pattern(prefix)

    def is_full(self) -> bool:
        return len(self.finished) >= _MANY_ROWS

    def take_alike(self, found: Sequence[Match]) -> None:
        rows, self._row = self._alike.read(found, self._row)
        self._cells.count(len(rows))
        self.finished += rows

    def _start_row(self, attributes: Attributes) -> None:
        if self._is_in_row:
            raise damaged("a row has rows")
        number = attributes.get("r", "")
        self._row = max(int(number), self._row + 1) if _ROW_NUMBER.fullmatch(number) else self._row + 1
        self._is_hidden = attributes.get("hidden") in _TRUE
        self._is_in_row, self._column = True, -1

    def _end_row(self) -> None:
        self._is_in_row = False
        if row := self._cells.take_row(self._row, self._is_hidden):
            self.finished.append(row)

    def _start_cell(self, attributes: Attributes) -> None:
        self._is_in_cell = True
        column = column_of(attributes["r"].rstrip(_DIGITS)[:4]) if "r" in attributes else -1
        self._column = column if column >= 0 else self._column + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")

    def _start_in_cell(self, name: str) -> None:
        if name in self._texts and not self._is_phonetic:
            self._open = self._texts[name]
            self._present.add(name)
        elif name == "rPh":
            self._is_phonetic = True

    def _end_cell(self) -> None:
        self._is_in_cell = False
        if not self._present and self._kind != "e":
            return
        text = {name: str(self._texts[name]) for name in self._present}
        value = text.get("t", text.get("v")) if self._kind == "inlineStr" else text.get("v")
        self._cells.add(self._column, Cell(self._kind, self._style, value, text.get("f")))
        for name in self._present:
            self._texts[name].clear()
        self._present.clear()

    def _add_merged(self, reference: str) -> None:
        if len(self.merged) < _MAX_MERGED and (found := _RANGE.fullmatch(reference)):
            left, top, right, bottom = found.groups()
            self.merged.append(MergedRange(int(top), int(bottom or top), column_of(left), column_of(right or left)))


def read_rows(part: Part, elements: SheetElements) -> Iterator[SheetRow]:
    """The rows of a sheet in order; `elements.merged` is complete after the last one."""
    for _ in parse_items(part, elements, "row"):
        yield from elements.take_rows()
