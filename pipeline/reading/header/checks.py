"""Whether a header can be accepted, and what is said of one that cannot."""

from collections.abc import Sequence

from pipeline.domain.cells import clean
from pipeline.domain.columns import REQUIRED
from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.domain.one_line import one_line
from pipeline.reading.header.causes import cause_of
from pipeline.reading.header.head import Head, too_many_columns
from pipeline.reading.header.likely_columns import likely_headers

_SHOWN_HEADERS, _SHOWN_CHARACTERS = 8, 40
_SHOWN_REPETITIONS, _SHOWN_REPEATED = 3, 3


def check_head(head: Head, limits: Limits) -> None:
    """Raises UnacceptableFile for a header with too many columns, with one twice, or without a required one."""
    columns, line = head.columns, head.line
    if len(columns) > limits.columns:
        raise too_many_columns(f"The file has {len(columns)} columns; at most {limits.columns} are allowed", line)
    spelled: dict[str, list[str]] = {}
    for at, column in enumerate(columns, start=1):
        if column.column:
            spelled.setdefault(column.column, []).append(f'"{_shown(column.header)}" (column {at})')
    repeated = [
        f"{_some_of(headers, _SHOWN_REPETITIONS, ' and ')} mean {column}"
        for column, headers in spelled.items()
        if len(headers) > 1
    ]
    if repeated:
        message = (
            f"Several headers in line {line} mean the same: {_some_of(repeated, _SHOWN_REPEATED, '; ')}. Keep one of"
            " them, and delete or rename the others."
        )
        raise UnacceptableFile(FailureCode.DUPLICATE_COLUMNS, message, line)
    missing = [column for column in REQUIRED if column not in spelled]
    if missing:
        message = cause_of(head) or _missing_columns(missing, head)
        raise UnacceptableFile(FailureCode.MISSING_COLUMNS, message, line)


def _missing_columns(missing: Sequence[str], head: Head) -> str:
    unused = [column.header for column in head.columns if not column.column and clean(column.header)]
    likely = likely_headers(missing, unused)
    named = [
        f'{column} (did you mean "{_shown(likely[column])}"?)' if column in likely else column for column in missing
    ]
    message = f"Line {head.line} was read as the header, and required columns are missing from it: {', '.join(named)}."
    others = [header for header in unused if header not in likely.values()]
    if others:
        more = f" and {len(others) - _SHOWN_HEADERS} more" if len(others) > _SHOWN_HEADERS else ""
        message += f" Not used: {', '.join(map(_shown, others[:_SHOWN_HEADERS]))}{more}."
    if head.complete_line:
        return (
            f"{message} Line {head.complete_line} has all of them, but a row above it has as many cells:"
            f" delete what stands above line {head.complete_line}."
        )
    if len(missing) == len(REQUIRED):
        return f"{message} Name your columns as the template does, in any order, and remove what stands above them."
    return f"{message} Add or rename them, in any order."


def _some_of(texts: Sequence[str], most: int, separator: str) -> str:
    more = [f"{len(texts) - most} more"] if len(texts) > most else []
    listed = separator.join(texts[:most])
    return " and ".join([listed, *more])


def _shown(header: str) -> str:
    return one_line(header, _SHOWN_CHARACTERS)
