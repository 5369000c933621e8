"""The sheet of a workbook as the file of an upload: its format, its rows, its warnings."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice, starmap
from typing import Self, cast

from pipeline.domain.cell_kinds import TEXT_CELLS, CellKinds
from pipeline.domain.cells import are_blank, as_received
from pipeline.domain.columns import is_escaped
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, FileWarning, Limits, UnacceptableFile
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.records import Row, SoundRows
from pipeline.domain.severity import WarningCode
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.file_warnings import (
    AffectedRows,
    about_columns,
    absent_headers,
    rows_above_header,
    unknown_columns,
)
from pipeline.reading.header.checks import check_head
from pipeline.reading.header.first_rows import MAX_SAMPLE_CHARACTERS, MAX_SAMPLE_ROWS
from pipeline.reading.header.late_header import line_of_late_header
from pipeline.reading.header.missing_columns import MissingColumns
from pipeline.reading.lineage import Restore, as_csv, restore_of
from pipeline.reading.lines import MAX_BYTES_PER_CHARACTER, size_of
from pipeline.reading.rows.lines_within import IsRecord
from pipeline.reading.rows.sheet_rows import FindSound
from pipeline.reading.rows.split_rows import AnyRows
from pipeline.reading.sheet import Format, detected_format, within_limit
from pipeline.reading.workbook.book import SheetRow, Workbook, open_workbook
from pipeline.reading.workbook.choice import Choice, choose_sheet, filled_rows, further_candidates, quoted
from pipeline.reading.workbook.elsewhere import CAUSES, elsewhere
from pipeline.reading.workbook.sound_rows import SoundRowFinder, are_filled_beyond, fitted

DELIMITER = ","
"""What separates the cells of a row wherever it is shown as text."""


@dataclass(slots=True)
class WorkbookSheet:
    """The chosen sheet. Every reading of its rows opens the workbook again."""

    source: Source
    format: Format
    limits: Limits
    other_sheets: tuple[str, ...] = ()
    hidden_rows: AffectedRows = field(default_factory=AffectedRows)
    has_merged_cells: bool = False
    _restore: Restore | None = None

    def __post_init__(self) -> None:
        self._restore = restore_of(self.format.columns)

    def rows(self) -> Iterator[Row]:
        return cast(Iterator[Row], self.row_groups(None))

    def row_groups(self, find_sound: FindSound | None, is_record: IsRecord | None = None) -> Iterator[AnyRows]:
        sheet = self.format.sheet or ""
        try:
            yield from within_limit(self._data_rows(find_sound), self.limits, f"The sheet {quoted([sheet])}")
        except UnacceptableFile as error:
            if error.failure.code in CAUSES:
                with _opened(self.source, self.limits) as book:
                    error.add_words(elsewhere(book, sheet, self.other_sheets, self.format.layout.decisions))
            raise

    def warnings(self) -> list[FileWarning]:
        head = self.format.head
        return [
            *_other_sheets(self.format.sheet or "", self.other_sheets),
            *rows_above_header(head),
            *about_columns(head),
            *unknown_columns(head),
            *absent_headers(head, self.format.layout.decisions),
            *self.hidden_rows.warning(
                WarningCode.HIDDEN_ROWS, "been hidden in the sheet; it was read like all others", in_workbook=True
            ),
            *_merged_cells(self.has_merged_cells),
        ]

    def again(self, layout: Layout) -> Self:
        fresh = replace(self.format, layout=layout)
        return replace(self, format=fresh, hidden_rows=AffectedRows(), has_merged_cells=False)

    def _data_rows(self, find_sound: FindSound | None) -> Iterator[Row | SoundRows]:
        head, name = self.format.head, self.format.sheet or ""
        with _opened(self.source, self.limits) as book:
            below = self._noting_hidden(row for row in filled_rows(book.rows(name)) if row.sheet_row > head.sheet_row)
            if find_sound:
                yield from SoundRowFinder(head.columns, find_sound, self._row).groups(below)
            else:
                yield from starmap(self._row, enumerate(below, start=1))
            columns = range(len(head.columns))
            self.has_merged_cells = book.has_merged_cells(name, first_row=head.sheet_row, columns=columns)

    def _noting_hidden(self, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
        for row in rows:
            if row.is_hidden:
                self.hidden_rows.add(row.sheet_row, row.sheet_row)
            yield row

    def _row(self, number: int, sheet_row: SheetRow) -> Row:
        row = self._row_as_sent(number, sheet_row)
        if self._restore:
            self._restore(row, DELIMITER)
        return row

    def _row_as_sent(self, number: int, row: SheetRow) -> Row:
        """The row with as many cells as the header; malformed if others are filled, or if it is too long."""
        cells, width, limit = row.cells, len(self.format.columns), self.limits.row_bytes
        problem = None
        if sum(map(len, cells)) > limit // MAX_BYTES_PER_CHARACTER and size_of(DELIMITER.join(cells)) > limit:
            problem = f"The row is longer than {limit} bytes: shorten its longest text"
        elif are_filled_beyond(cells, width):
            problem = (
                f"The row has {len(cells)} cells, but the header has {width}: move what is beyond the last header into"
                " the right columns, or delete it"
            )
        if problem:
            place = (number, row.sheet_row, row.sheet_row)
            return Row(*place, cells, malformed=problem, raw=as_csv(cells, DELIMITER))
        kinds = CellKinds(row.numbers, row.faults) if row.numbers or row.faults else TEXT_CELLS
        return Row(number, row.sheet_row, row.sheet_row, fitted(cells, width), kinds=kinds)


def open_workbook_sheet(
    source: Source, limits: Limits, decisions: Decisions, numbers: NumberReadings | None = None, *, check: bool = True
) -> WorkbookSheet:
    """Chooses the sheet and finds its header. Raises UnacceptableFile if the file cannot be accepted, as far as that.

    Without `check`, any header will do.
    """
    with _opened(source, limits) as book:
        choice = _choose(book, limits, decisions, check=check)
    layout = Layout(choice.head.columns, decisions, numbers)
    file_format = Format(None, choice.head, layout, FileFormat.XLSX, choice.sheet)
    return WorkbookSheet(source, file_format, limits, tuple(choice.others))


def _choose(book: Workbook, limits: Limits, decisions: Decisions, *, check: bool) -> Choice:
    choice = None
    try:
        choice = choose_sheet(book, decisions)
        if check:
            check_head(choice.head, limits, decisions)
    except UnacceptableFile as error:
        if error.failure.code == FailureCode.NOT_A_CSV:
            raise
        head, name = (choice.head, choice.sheet) if choice else (None, None)
        found = detected_format(None, head, limits, FileFormat.XLSX, name)
        others = _other_sheets(choice.sheet, tuple(choice.others)) if choice else ()
        error.detected_format = replace(found, warnings=(*others, *found.warnings))
        if isinstance(error, MissingColumns) and choice:
            error.first_rows = _first_rows(book, choice)
            _note_late_header(book, choice, error)
        if choice:
            _read_to_the_end(book, choice.sheet)
        if error.failure.code in CAUSES:
            error.add_words(elsewhere(book, name, choice.others if choice else (), decisions))
        raise
    return choice


def _note_late_header(book: Workbook, choice: Choice, refused: MissingColumns) -> None:
    further = further_candidates(book.rows(choice.sheet), refused.decisions)
    late = None if choice.head.complete_line else line_of_late_header(further, refused.decisions)
    if late:
        refused.note_late_header(late)


def _read_to_the_end(book: Workbook, sheet: str) -> None:
    """Raises UnacceptableFile if the workbook is damaged, which comes first in the order of checking."""
    for _ in book.rows(sheet):
        pass


def _first_rows(book: Workbook, choice: Choice) -> list[list[str]]:
    """The cells of the first rows below the header. A row of one cell is a note."""
    head = choice.head
    restore = as_received if is_escaped(head.columns) else str
    below = (row.cells[: len(head.columns)] for row in book.rows(choice.sheet) if row.sheet_row > head.sheet_row)
    filled = (cells for cells in below if not are_blank(cells) and (len(cells) > 1 or len(head.columns) == 1))
    size, rows = 0, []
    for cells in islice(filled, MAX_SAMPLE_ROWS):
        size += sum(map(len, cells))
        if size > MAX_SAMPLE_CHARACTERS:
            break
        rows.append(list(map(restore, cells)))
    return rows


@contextmanager
def _opened(source: Source, limits: Limits) -> Iterator[Workbook]:
    with source() as file, open_workbook(file, limits) as book:
        yield book


def _other_sheets(sheet: str, others: tuple[str, ...]) -> Iterator[FileWarning]:
    if others:
        message = (
            f"Of this workbook, only the sheet {quoted([sheet])} was read. Not read, although there is something in"
            f" them: {quoted(others)}. If your products are there, choose that sheet, or send it in a file of its own."
        )
        yield FileWarning(WarningCode.OTHER_SHEETS, message)


def _merged_cells(has_some: bool) -> Iterator[FileWarning]:
    if has_some:
        message = (
            "The sheet has merged cells: the first of them has the value, and the others were read as empty. Unmerge"
            " them, and write the value into each."
        )
        yield FileWarning(WarningCode.MERGED_CELLS, message)
