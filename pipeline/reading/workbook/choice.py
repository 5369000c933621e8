"""Choosing the sheet of a workbook that has the products, and finding its header."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from pipeline.domain.cells import are_blank, clean
from pipeline.domain.columns import columns_served
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.one_line import one_line
from pipeline.reading.header.candidates import Candidate
from pipeline.reading.header.head import Head, columns_of
from pipeline.reading.header.late_header import FURTHER_ROWS
from pipeline.reading.header.missing_columns import first_few
from pipeline.reading.header.position import MAX_ROWS, position_of_header
from pipeline.reading.lines import Line
from pipeline.reading.workbook.book import SheetRow, Workbook

_MOST_NAMED, _NAME_LENGTH = 10, 60
_LONGEST_TEXT = 500  # that is kept of a row above the header


class Choice(NamedTuple):
    """The sheet that is read, its head, and the other visible sheets that have data."""

    sheet: str
    head: Head
    others: Sequence[str] = ()


def choose_sheet(book: Workbook, decisions: Decisions) -> Choice:
    """The sheet that was decided; else the visible one whose header finds most columns, the first one of a tie."""
    visible = {sheet.name: None for sheet in book.sheets if sheet.is_visible}
    named = _named(book, decisions.sheet) if decisions.sheet else None
    chosen: Choice | None = None
    filled = []
    for name in visible | ({named: None} if named else {}):
        if head := find_head(book.rows(name), decisions):  # only one is kept: there may be thousands of sheets
            filled.append(name)
            if name == named or (
                named is None and (chosen is None or _column_count(head) > _column_count(chosen.head))
            ):
                chosen = Choice(name, head)
    if chosen is None:
        raise _empty(named, filled)
    return chosen._replace(others=[name for name in filled if name in visible and name != chosen.sheet])


def _column_count(head: Head) -> int:
    return len(set(columns_served(head.columns)))


def quoted(names: Sequence[str]) -> str:
    return first_few([f'"{one_line(name, _NAME_LENGTH)}"' for name in names], _MOST_NAMED, ", ")


def _named(book: Workbook, name: str) -> str:
    """The sheet of this name; capitals do not matter, for no two sheets differ in them alone."""
    names = [sheet.name for sheet in book.sheets]
    alike = [each for each in names if clean(each).casefold() == clean(name).casefold()]
    if name in names or alike:
        return name if name in names else alike[0]
    message = (
        f"The workbook has no sheet {quoted([name])}. It has {quoted(names)}: name one of these, or none, so that the"
        " one with the most known columns is read."
    )
    raise UnacceptableFile(FailureCode.MISSING_COLUMNS, message)


def _empty(sheet: str | None, filled: Sequence[str]) -> UnacceptableFile:
    what = f"The sheet {quoted([sheet])} is" if sheet else "All visible sheets of the workbook are"
    others = f" There is something in {quoted(filled)}." if filled else ""
    message = f"{what} empty: there is no header and no row. Save your products into it and send it again.{others}"
    return UnacceptableFile(FailureCode.EMPTY_FILE, message)


@dataclass(frozen=True, slots=True)
class _FirstRow:
    """One of the first rows of a sheet, read as the header."""

    line: Line
    best: Candidate

    def filled_cells(self, _delimiter: str, _decisions: Decisions) -> int:
        return self.best.filled_count


def find_head(rows: Iterable[SheetRow], decisions: Decisions) -> Head | None:
    """The head of a sheet; None if the sheet is empty."""
    first = list(_up_to_complete(islice(filled_rows(rows), MAX_ROWS), decisions))
    if not first:
        return None
    at, complete_line = position_of_header(first, decisions)
    best, row = first[at].best, first[at].line.number
    above = tuple(each.line for each in first[:at])
    return Head("", columns_of(best.cells, decisions), row, row, row, above, complete_line=complete_line)


def filled_rows(rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    """The rows in which any cell has a value. One at fault is not blank, whatever it shows."""
    return (row for row in rows if _ends_in_word(row) or row.faults or not are_blank(row.cells))


def _ends_in_word(row: SheetRow) -> bool:
    """Whether the last cell begins with a letter or digit of ASCII, as that of most rows. Quicker than other tests."""
    cell = row.cells[-1]
    return cell < "{" and cell[0].isalnum()


def _up_to_complete(rows: Iterable[SheetRow], decisions: Decisions) -> Iterator[_FirstRow]:
    for row in rows:
        cells = _without_blank_end(row.cells)
        text = " ".join(filter(None, map(clean, cells)))[:_LONGEST_TEXT]
        best = Candidate.of_cells("", cells, row.sheet_row, decisions)
        yield _FirstRow(Line(row.sheet_row, text, ""), best)
        if best.is_complete(decisions):
            return


def further_candidates(rows: Iterable[SheetRow], decisions: Decisions) -> Iterator[Candidate]:
    """Rows in which the header is not looked for, each read as the header."""
    for row in islice(filled_rows(rows), FURTHER_ROWS.start, FURTHER_ROWS.stop):
        yield Candidate.of_cells("", _without_blank_end(row.cells), row.sheet_row, decisions)


def _without_blank_end(cells: Sequence[str]) -> list[str]:
    width = max((at for at, cell in enumerate(cells, start=1) if clean(cell)), default=0)  # of faults alone
    return list(cells[:width])
