"""The head of a file: its `sep=` line, its delimiter, and where its header is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import Column, is_fix_file, read_header
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.one_line import one_line
from pipeline.reading.header.candidates import Candidate
from pipeline.reading.header.delimiters import DELIMITERS, most_steady
from pipeline.reading.lines import Line, Lines

_SEPARATOR_LINE = re.compile(r'[ \ufeff]*("?)sep=([,;\t|])\1[ ]*([,;\t|]?)(?:\3[ ]*)*', re.IGNORECASE)
_NO_MARKS = str.maketrans("", "", "".join(DELIMITERS) + '"')
_ROWS_LOOKED_AT = 20
_MIN_KNOWN_COLUMNS = 2
_MAX_HEADER_LENGTH = 64 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    delimiter: str
    columns: tuple[Column, ...]
    line: int
    """Where the header starts."""
    last_line: int
    sheet_row: int
    """The header's own: blank rows before it count, a `sep=` line does not."""
    above: tuple[Line, ...] = ()
    """The rows above the header that are not blank."""
    named_delimiters: Sequence[str] = ()
    """Those that a `sep=` line names."""
    complete_line: int | None = None
    """A later row that has all required columns, although the first row was read as the header."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row near the beginning of the file, taken for the header by each delimiter."""

    line: Line
    sheet_row: int
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        return max(self.candidates, key=lambda candidate: candidate.known)


def separators_of(line: str) -> Sequence[str]:
    """The delimiter that a `sep=` line names. A spreadsheet that saves such a file again puts quotes around it, and its
    own delimiters behind it, which may be others by now."""
    match = _SEPARATOR_LINE.fullmatch(line)
    return list(dict.fromkeys(filter(None, match.group(2, 3)))) if match else []


def read_head(lines: Lines) -> Head:
    """Reads as far as the header, and at most a few rows further.

    The header is the first of the first rows that has all required columns; else the one that has most; else the first.
    """
    rows, delimiters = _first_rows(lines)
    if not rows:
        raise UnacceptableFile(
            FailureCode.EMPTY_FILE,
            "The file is empty: it has no header and no rows. Export your products again and send that.",
        )
    at, complete_line = _position(rows)
    row = rows[at]
    if row.line.lost_quotes is not None:
        raise too_many_columns("The header is longer than any row may be", row.line.number)
    best = row.best
    if not best.known:
        delimiter = most_steady([each.line.text for each in rows], delimiters)
        best = next(candidate for candidate in row.candidates if candidate.delimiter == delimiter)
    elif best.is_broken:
        raise _unclosed(row.line)
    above = tuple(each.line for each in rows[:at])
    columns = _columns(best.cells)
    named = () if delimiters is DELIMITERS else delimiters
    return Head(best.delimiter, columns, row.line.number, best.last_line, row.sheet_row, above, named, complete_line)


def _first_rows(lines: Lines) -> tuple[list[_Row], Sequence[str]]:
    """The first rows that are not blank, up to the first that has all required columns; and the delimiters that the
    file may have."""
    rows: list[_Row] = []
    delimiters: Sequence[str] = DELIMITERS
    sheet_row, is_first = 1, True
    while len(rows) < _ROWS_LOOKED_AT and (line := lines.line()):
        if line.number == 1:
            line = line._replace(text=line.text.lstrip("\ufeff"))  # a mark that was written twice
        if is_first and not rows and (separators := separators_of(line.text)):
            delimiters, is_first = separators, False
            continue
        if not _is_blank(line.text):
            candidates = tuple(_candidate(delimiter, line, lines) for delimiter in delimiters)
            rows.append(_Row(line, sheet_row, candidates))
            if rows[-1].best.is_complete:
                break
        sheet_row += 1
    return rows, delimiters


def _position(rows: Sequence[_Row]) -> tuple[int, int | None]:
    """Which row is the header; and where a later one has all columns, although the first row is the header."""
    at = _position_of_most(rows)
    best = rows[at].best
    if any(Candidate.of_line(best.delimiter, above.line).filled >= best.filled for above in rows[:at]):
        return 0, rows[at].line.number if best.is_complete else None
    return at, None


def _position_of_most(rows: Sequence[_Row]) -> int:
    """The row with all columns, or most of them, whatever stands above it."""
    if rows[-1].best.is_complete:
        return len(rows) - 1
    most = max(row.best.known for row in rows)
    return next(at for at, row in enumerate(rows) if row.best.known == most) if most >= _MIN_KNOWN_COLUMNS else 0


def _candidate(delimiter: str, line: Line, lines: Lines) -> Candidate:
    if line.number > 1 and len(line.text) > _MAX_HEADER_LENGTH:
        return Candidate(delimiter, [line.text], line.number, is_broken=False, names=frozenset())
    return Candidate.read(delimiter, line, lines)


def _is_blank(text: str) -> bool:
    return not clean(text) or not clean(text.translate(_NO_MARKS))


def _columns(cells: list[str]) -> tuple[Column, ...]:
    columns = read_header(cells)
    return read_header([as_received(cell) for cell in cells]) if is_fix_file(columns) else columns


def _unclosed(line: Line) -> UnacceptableFile:
    message = (
        f"A quote opens in the header (line {line.number}) and is not closed there: {one_line(line.text)}."
        ' Remove it, or put a " at the end of that header too.'
    )
    return UnacceptableFile(FailureCode.UNCLOSED_QUOTE, message, line.number)


def too_many_columns(what: str, line: int) -> UnacceptableFile:
    message = f"{what} (line {line}). Remove the columns that hold nothing for us, and send the file again."
    return UnacceptableFile(FailureCode.TOO_MANY_COLUMNS, message, line)
