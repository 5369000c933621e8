"""Checking that a header can be accepted."""

from collections.abc import Sequence

from pipeline.domain.cells import clean
from pipeline.domain.columns import REQUIRED, MatchedBy, columns_served
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.domain.header_matching import ambiguous_columns
from pipeline.domain.one_line import one_line
from pipeline.reading.header.causes import cause_of
from pipeline.reading.header.head import Head, too_many_columns
from pipeline.reading.header.likely_columns import likely_headers

_MAX_HEADERS, _MAX_HEADER_LENGTH = 8, 40
_MAX_REPETITIONS, _MAX_REPEATED = 3, 3


def check_head(head: Head, limits: Limits, decisions: Decisions) -> None:
    """Raises UnacceptableFile for a header with too many columns, a repeated column, or a missing required one."""
    columns, line = head.columns, head.line
    if len(columns) > limits.columns:
        raise too_many_columns(f"The file has {len(columns)} columns; at most {limits.columns} are allowed", line)
    spelled: dict[str, list[str]] = {}
    for at, column in enumerate(columns, start=1):
        for name in column.columns:
            spelled.setdefault(name, []).append(f'"{_shorten(column.header)}" (column {at})')
    repeated = [
        f"{_first_few(headers, _MAX_REPETITIONS, ' and ')} mean {column}"
        for column, headers in spelled.items()
        if len(headers) > 1
    ]
    if repeated:
        message = (
            f"Several headers in line {line} mean the same: {_first_few(repeated, _MAX_REPEATED, '; ')}. Keep one of"
            " them, and delete or rename the others."
        )
        raise UnacceptableFile(FailureCode.DUPLICATE_COLUMNS, message, line)
    missing = decisions.missing_columns(spelled)
    if missing:
        message = cause_of(head) or _missing_columns(missing, head) + _unmatched_mapping(head, decisions)
        raise UnacceptableFile(FailureCode.MISSING_COLUMNS, message, line)


def _missing_columns(missing: Sequence[str], head: Head) -> str:
    unused = [column.header for column in head.columns if not column.matched_by and clean(column.header)]
    likely = likely_headers(missing, unused)
    choices = ambiguous_columns(head.columns) | {column: [header] for column, header in likely.items()}
    named = [f"{column}{_did_you_mean(choices.get(column, ()))}" for column in missing]
    message = f"Line {head.line} was read as the header, and required columns are missing from it: {', '.join(named)}."
    others = [header for header in unused if not any(header in headers for headers in choices.values())]
    if others:
        more = f" and {len(others) - _MAX_HEADERS} more" if len(others) > _MAX_HEADERS else ""
        message += f" Not used: {', '.join(map(_shorten, others[:_MAX_HEADERS]))}{more}."
    if head.complete_line:
        return (
            f"{message} Line {head.complete_line} has all of them, but a row above it has as many cells:"
            f" delete the rows above line {head.complete_line}."
        )
    if len(missing) == len(REQUIRED):
        return f"{message} Name your columns as the template does, in any order, and remove any rows above them."
    return f"{message} Add or rename them, in any order."


def _did_you_mean(headers: Sequence[str]) -> str:
    quoted = [f'"{_shorten(header)}"' for header in headers]
    return f" (did you mean {_first_few(quoted, _MAX_REPETITIONS, ' or ')}?)" if quoted else ""


def _unmatched_mapping(head: Head, decisions: Decisions) -> str:
    """What to say of mapped headers that the file does not have."""
    mapped = columns_served(column for column in head.columns if column.matched_by == MatchedBy.MAPPING)
    absent = [f'"{_shorten(each.header)}"' for name, each in decisions.mapping.items() if name not in mapped]
    return (
        f" The header does not have what the mapping names: {_first_few(absent, _MAX_HEADERS, ', ')}." if absent else ""
    )


def _first_few(texts: Sequence[str], most: int, separator: str) -> str:
    more = [f"{len(texts) - most} more"] if len(texts) > most else []
    listed = separator.join(texts[:most])
    return " and ".join([listed, *more])


def _shorten(header: str) -> str:
    return one_line(header, _MAX_HEADER_LENGTH)
