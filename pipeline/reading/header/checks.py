"""Checking that a header can be accepted."""

from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.domain.one_line import one_line
from pipeline.reading.header.head import Head, too_many_columns
from pipeline.reading.header.missing_columns import MissingColumns, first_few

_MAX_HEADER_LENGTH = 40
_MAX_REPETITIONS, _MAX_REPEATED = 3, 3


def check_head(head: Head, limits: Limits, decisions: Decisions) -> None:
    """Raises UnacceptableFile for a header with too many columns, a repeated column, or a missing required one."""
    columns, line = head.columns, head.line
    if len(columns) > limits.columns:
        raise too_many_columns(
            f"The file has {len(columns)} columns; at most {limits.columns} are allowed", line, head.line_word
        )
    spelled: dict[str, list[str]] = {}
    for at, column in enumerate(columns, start=1):
        for name in column.columns:
            spelled.setdefault(name, []).append(f'"{_shorten(column.header)}" (column {at})')
    repeated = [
        f"{first_few(headers, _MAX_REPETITIONS, ' and ')} mean {column}"
        for column, headers in spelled.items()
        if len(headers) > 1
    ]
    if repeated:
        message = (
            f"Several headers in {head.line_name} mean the same: {first_few(repeated, _MAX_REPEATED, '; ')}. Keep one"
            " of them, and delete or rename the others."
        )
        raise UnacceptableFile(FailureCode.DUPLICATE_COLUMNS, message, line)
    missing = decisions.missing_columns(spelled)
    if missing:
        raise MissingColumns(head, missing, decisions)


def _shorten(header: str) -> str:
    return one_line(header, _MAX_HEADER_LENGTH)
