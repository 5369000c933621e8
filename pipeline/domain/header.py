"""The head of a file: its `sep=` line, its delimiter, its header, and whether that can be accepted (contract §2)."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import failures
from pipeline.domain.cells import as_received, clean
from pipeline.domain.columns import REQUIRED, Column, is_fix_file, read_header
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.domain.lines import Line, Lines
from pipeline.domain.quoting import Quotes, Quoting
from pipeline.domain.ruin import joined
from pipeline.domain.suggestions import closest

DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"[ \ufeff]*sep=([,;\t|])[ ]*", re.IGNORECASE)
_NO_MARKS = str.maketrans("", "", "".join(DELIMITERS) + '"')
_MOST_LINES = 1000
_SHOWN_HEADERS = 20
_LIKE_A_COLUMN = 45  # of 100: in a message, a distant likeness is better than none


@dataclass(frozen=True, slots=True)
class Head:
    delimiter: str
    columns: tuple[Column, ...]
    line: int
    """Where the header starts."""
    last_line: int
    sheet_row: int
    """The header's own: blank rows before it count, a `sep=` line does not."""


def separator_of(line: str) -> str | None:
    """The delimiter that a `sep=` line names."""
    found = _SEPARATOR_LINE.fullmatch(line)
    return found[1] if found else None


def read_head(lines: Lines) -> Head:
    """Reads as far as the header: the first line that is not blank, after an optional `sep=` line."""
    separator, sheet_row = None, 1
    while line := lines.line():
        if line.number == 1:
            line = line._replace(text=line.text.lstrip("\ufeff"))  # a mark that was written twice
        if separator is None and (separator := separator_of(line.text)):
            continue
        if _is_blank(line.text):
            sheet_row += 1
            continue
        if line.lost_quotes is not None:
            raise _too_many_columns("The header is longer than any row may be", line.number)
        return _head(line, lines, separator, sheet_row)
    raise UnacceptableFile(
        failures.EMPTY_FILE,
        "The file is empty: it has no header and no rows. Export your products again and send that.",
    )


def _is_blank(text: str) -> bool:
    return not clean(text) or not clean(text.translate(_NO_MARKS))


def _head(line: Line, lines: Lines, separator: str | None, sheet_row: int) -> Head:
    found = [_Candidate(delimiter, line, lines) for delimiter in ([separator] if separator else DELIMITERS)]
    best = max(found, key=lambda candidate: candidate.known)
    if best.is_broken and best.known:
        message = (
            f"A quote opens in the header (line {line.number}) and is not closed there: {line.text[:80]!r}."
            ' Remove it, or put a " at the end of that header too.'
        )
        raise UnacceptableFile(failures.UNCLOSED_QUOTE, message, line.number)
    columns = read_header(best.cells)
    if is_fix_file(columns):
        columns = read_header([as_received(cell) for cell in best.cells])
    return Head(best.delimiter, columns, line.number, best.last_line, sheet_row)


class _Candidate:
    """The header as one delimiter would have it. Takes no lines away for good."""

    def __init__(self, delimiter: str, first: Line, lines: Lines) -> None:
        self.delimiter, quoting = delimiter, Quoting(delimiter)
        taken = _until_closed(first, lines) if quoting.of(first.text) is Quotes.OPEN else [first]
        sound = quoting.cells_if_sound(joined(taken))
        alone = next(csv.reader([first.text], delimiter=delimiter)) if len(taken) == 1 else _unquoted(first, delimiter)
        self.is_broken = quoting.of(first.text) is Quotes.OPEN and (sound is None or _known(alone) > _known(sound))
        self.cells = sound if sound is not None and not self.is_broken else alone
        self.last_line = taken[-1].number if sound is not None else first.number
        self.known = _known(self.cells)


def _until_closed(first: Line, lines: Lines) -> list[Line]:
    taken, size = [first], len(first.text)
    while size <= lines.limit and len(taken) < _MOST_LINES and (line := lines.line()):
        taken.append(line)
        size += len(line.text)
        if line.quotes % 2:
            break
    lines.put_back(taken[1:])
    return taken


def _unquoted(line: Line, delimiter: str) -> list[str]:
    return line.text.replace('"', "").split(delimiter)


def _known(cells: Sequence[str]) -> int:
    return len({column.column for column in read_header(list(cells))} - {None})


def check_head(head: Head, limits: Limits) -> None:
    """Raises UnacceptableFile for a header with too many columns, with one twice, or without a required one."""
    columns, line = head.columns, head.line
    if len(columns) > limits.columns:
        raise _too_many_columns(f"The file has {len(columns)} columns; at most {limits.columns} are allowed", line)
    spelled: dict[str, list[str]] = {}
    for column in columns:
        if column.column:
            spelled.setdefault(column.column, []).append(f'"{column.header}"')
    repeated = [f"{' and '.join(headers)} mean {column}" for column, headers in spelled.items() if len(headers) > 1]
    if repeated:
        message = f"Several headers in line {line} mean the same: {'; '.join(repeated)}. Keep one of them."
        raise UnacceptableFile(failures.DUPLICATE_COLUMNS, message, line)
    missing = [column for column in REQUIRED if column not in spelled]
    if missing:
        raise UnacceptableFile(failures.MISSING_COLUMNS, _missing_columns(missing, columns, line), line)


def _too_many_columns(found: str, line: int) -> UnacceptableFile:
    message = f"{found} (line {line}). Remove the columns that hold nothing for us, and send the file again."
    return UnacceptableFile(failures.TOO_MANY_COLUMNS, message, line)


def _missing_columns(missing: list[str], columns: tuple[Column, ...], line: int) -> str:
    unused = [column.header[:100] for column in columns if not column.column and clean(column.header)]
    hints = []
    for column in missing:
        near = closest(column, unused, at_least=_LIKE_A_COLUMN)
        hints.append(f'{column} (did you mean "{near}"?)' if near else column)
    more = ", …" if len(unused) > _SHOWN_HEADERS else ""
    found = f" Not used: {', '.join(unused[:_SHOWN_HEADERS])}{more}." if unused else ""
    where = f"Line {line} was read as the header, and required columns are missing from it"
    if len(missing) == len(REQUIRED):
        found += " If a title or something else stands above your header, remove it."
    return f"{where}: {', '.join(hints)}.{found} Add or rename them, in any order."
