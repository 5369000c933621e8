"""The head of a CSV file: its `sep=` line, delimiter and header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import Column, is_export, is_fix_file
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.header_matching import match_header
from pipeline.domain.one_line import one_line
from pipeline.domain.row_names import line_name
from pipeline.reading.header.candidates import Candidate
from pipeline.reading.header.delimiters import DELIMITERS, most_consistent
from pipeline.reading.header.position import MAX_ROWS, position_of_header
from pipeline.reading.lines import Line, Lines

_SEPARATOR_LINE = re.compile(r'[ \ufeff]*("?)sep=([,;\t|])\1[ ]*([,;\t|]?)(?:\3[ ]*)*', re.IGNORECASE)
_NO_MARKS = str.maketrans("", "", "".join(DELIMITERS) + '"')
_MAX_HEADER_LENGTH = 64 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    delimiter: str
    """Empty for the sheet of a workbook."""
    columns: tuple[Column, ...]
    line: int
    """The line on which the header starts; in a workbook the sheet row."""
    last_line: int
    sheet_row: int
    """The sheet row of the header: blank rows before it count, a `sep=` line does not."""
    rows_above: tuple[Line, ...] = ()
    """The lines above the header that are not blank."""
    declared_delimiters: Sequence[str] = ()
    """The delimiters in the `sep=` line."""
    complete_line: int | None = None
    """A line below the header that has all required columns."""

    @property
    def is_of_workbook(self) -> bool:
        return not self.delimiter

    @property
    def line_word(self) -> str:
        """What the vendor's program calls a line of the file."""
        return "Excel row" if self.is_of_workbook else "line"

    @property
    def line_name(self) -> str:
        return f"{self.line_word} {self.line:,}" if self.is_of_workbook else line_name(self.line, self.sheet_row)

    @property
    def line_name_first(self) -> str:
        """The same as the beginning of a sentence."""
        return self.line_name[0].upper() + self.line_name[1:]


@dataclass(frozen=True, slots=True)
class _Row:
    """One of the first rows, read as the header with each delimiter."""

    line: Line
    sheet_row: int
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        return max(self.candidates, key=lambda candidate: candidate.column_count)

    def filled_cells(self, delimiter: str, decisions: Decisions) -> int:
        return Candidate.of_line(delimiter, self.line, decisions).filled_count


def separators_of(line: str) -> Sequence[str]:
    """The delimiters that a `sep=` line names; none for any other line."""
    # A spreadsheet that saves such a file again quotes the line and appends its own delimiters, which may differ.
    match = _SEPARATOR_LINE.fullmatch(line)
    return list(dict.fromkeys(filter(None, match.group(2, 3)))) if match else []


def read_head(lines: Lines, decisions: Decisions) -> Head:
    """Finds the header among the first rows: the first row with all required columns, else the one with the most, else
    the first row."""
    rows, delimiters = _first_rows(lines, decisions)
    if not rows:
        raise UnacceptableFile(
            FailureCode.EMPTY_FILE,
            "The file is empty: it has no header and no rows. Export your products again and send that.",
        )
    at, complete_line = position_of_header(rows, decisions)
    row = rows[at]
    if row.line.truncated_quotes is not None:
        raise too_many_columns("The header is longer than any row may be", row.line.number)
    best = row.best
    if not best.column_count:
        marked = next((candidate for candidate in row.candidates if candidate.is_of_fix_file), None)
        best = marked or _with_delimiter(most_consistent([each.line.text for each in rows], delimiters), row)
    elif best.is_broken:
        raise _unclosed(row.line)
    above = tuple(each.line for each in rows[:at])
    columns = columns_of(best.cells, decisions)
    named = () if delimiters is DELIMITERS else delimiters
    return Head(best.delimiter, columns, row.line.number, best.last_line, row.sheet_row, above, named, complete_line)


def _with_delimiter(delimiter: str, row: _Row) -> Candidate:
    return next(candidate for candidate in row.candidates if candidate.delimiter == delimiter)


def _first_rows(lines: Lines, decisions: Decisions) -> tuple[list[_Row], Sequence[str]]:
    """The first rows that are not blank, up to one with all required columns, and the delimiters to try."""
    rows: list[_Row] = []
    delimiters: Sequence[str] = DELIMITERS
    sheet_row, is_first = 1, True
    while len(rows) < MAX_ROWS and (line := lines.next_line()):
        if not line.text:
            sheet_row += 1
            continue
        if line.number == 1:
            line = line._replace(text=line.text.lstrip("\ufeff"))  # some programs write the BOM twice
        if is_first and not rows and (separators := separators_of(line.text)):
            delimiters, is_first = separators, False
            continue
        if not _is_blank(line.text):
            candidates = tuple(_candidate(delimiter, line, lines, decisions) for delimiter in delimiters)
            rows.append(_Row(line, sheet_row, candidates))
            if rows[-1].best.is_complete(decisions):
                break
        sheet_row += 1
    return rows, delimiters


def _candidate(delimiter: str, line: Line, lines: Lines, decisions: Decisions) -> Candidate:
    if line.number > 1 and len(line.text) > _MAX_HEADER_LENGTH:
        return Candidate(delimiter, [line.text], line.number, is_broken=False, columns=frozenset())
    return Candidate.read(delimiter, line, lines, decisions)


def _is_blank(text: str) -> bool:
    return not clean(text) or not clean(text.translate(_NO_MARKS))


def columns_of(cells: list[str], decisions: Decisions) -> tuple[Column, ...]:
    """The columns of a header. Its cells are those of a fix file, or of an export, if they have its marks.

    An export has the names of our columns, whatever the vendor had remembered of such headers.
    """
    columns = match_header(cells, decisions)
    if is_fix_file(columns):
        return match_header([as_received(cell) for cell in cells], decisions)
    return match_header(cells, replace(decisions, remembered=())) if is_export(columns) else columns


def _unclosed(line: Line) -> UnacceptableFile:
    message = (
        f"A quote opens in the header (line {line.number}) and is not closed there: {one_line(line.text)}."
        ' Remove it, or put a " at the end of that header too.'
    )
    return UnacceptableFile(FailureCode.UNCLOSED_QUOTE, message, line.number)


def too_many_columns(what: str, line: int, line_word: str = "line") -> UnacceptableFile:
    message = f"{what} ({line_word} {line}). Remove the columns that are not needed, and send the file again."
    return UnacceptableFile(FailureCode.TOO_MANY_COLUMNS, message, line)
