"""The refusal of a file whose header lacks required columns, and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, MatchedBy, column_of, columns_served
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.header_matching import ambiguous_columns
from pipeline.domain.one_line import one_line
from pipeline.domain.proposals import Proposal
from pipeline.reading.header.causes import cause_of
from pipeline.reading.header.head import Head
from pipeline.reading.header.likely_columns import likely_headers
from pipeline.reading.header.position import MAX_ROWS

_MAX_NAMED, _MAX_ABSENT, _MAX_HEADER_LENGTH = 3, 8, 40
_CONFIDENT = 0.6
_NEXT_STEP = "Open the upload in the portal to choose the columns, or rename them in the file and send it again."


class MissingColumns(UnacceptableFile):
    """`first_rows` are the cells of rows below the header, as samples."""

    def __init__(self, head: Head, missing: Sequence[str], decisions: Decisions) -> None:
        self.head, self.decisions, self._missing = head, decisions, missing
        self.first_rows: Sequence[Sequence[str]] = ()
        self._further_words = ""
        cause = cause_of(head)
        self.has_one_cause = cause is not None
        """Whether something else is wrong with the header, which no choice of columns mends."""
        unused = [column.header for column in head.columns if not column.matched_by and clean(column.header)]
        likely = {column: [header] for column, header in likely_headers(missing, unused).items()}
        super().__init__(FailureCode.MISSING_COLUMNS, cause or self._words(likely), head.line)

    def add(self, proposal: Proposal) -> None:
        """Adds what would make the file acceptable, and names the best of it in the message."""
        if self.has_one_cause:
            self.failure = replace(self.failure, proposal=proposal)
            return
        message = self._words(_likely(proposal), _doubles(proposal))
        self.failure = replace(self.failure, message=message, proposal=proposal)
        super().add_words(self._further_words)

    def add_words(self, words: str) -> None:
        super().add_words(words)
        self._further_words = words

    def note_late_header(self, line: int) -> None:
        """The row on this line has all columns, but it is too far down."""
        self.has_one_cause = True
        where, row = self.head.line_name_first, f"{self.head.line_word} {line}"
        message = (
            f"{where} was read as the header, and it lacks required columns. {row[0].upper()}{row[1:]} has them,"
            f" but the header is looked for only in the first {MAX_ROWS} rows that are not blank: delete the rows above"
            f" {row}, and send the file again."
        )
        self.failure = replace(self.failure, message=message)

    def _words(self, likely: dict[str, list[str]], doubles: Mapping[str, str] | None = None) -> str:
        choices = ambiguous_columns(self.head.columns) | likely
        named = [f"{column}{_hint(column, choices, doubles or {})}" for column in self._missing]
        word, complete_line = self.head.line_word.capitalize(), self.head.complete_line
        where = self.head.line_name_first
        message = f"{where} was read as the header, and required columns are missing from it: {', '.join(named)}."
        next_step = (
            f"{word} {complete_line} has all of them, but a row above it has as many cells: delete the rows above"
            f" {self.head.line_word} {complete_line}."
            if complete_line
            else _NEXT_STEP
        )
        ignored = _ignored_headers(self.head, self._missing)
        return f"{message}{ignored}{_absent_headers(self.head, self.decisions)} {next_step}"


def _likely(proposal: Proposal) -> dict[str, list[str]]:
    confident = [each for each in proposal.columns if each.column and _CONFIDENT <= each.confidence < 1]
    return {each.column: [each.header] for each in confident if each.column}


def _doubles(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.header for each in proposal.stand_ins if each.header}


def _hint(missing: str, choices: Mapping[str, Sequence[str]], doubles: Mapping[str, str]) -> str:
    """`missing` is a column, or in mode `update` several in words."""
    columns = [column for column in COLUMNS if column in missing.split()]
    headers = [header for column in columns for header in choices.get(column, ())]
    if headers:
        return f" (did you mean {first_few([_quoted(header) for header in headers], _MAX_NAMED, ' or ')}?)"
    double = next((doubles[column] for column in columns if column in doubles), None)
    return f" ({_quoted(double)} can serve for it, too)" if double else ""


def _ignored_headers(head: Head, missing: Sequence[str]) -> str:
    """What to say of headers that name a missing column, but are not to be used."""
    ignored = [
        _quoted(column.header)
        for column in head.columns
        if column.matched_by and not column.column and column_of(column.header) in missing
    ]
    return f" Not used, as was decided or remembered: {first_few(ignored, _MAX_ABSENT, ', ')}." if ignored else ""


def _absent_headers(head: Head, decisions: Decisions) -> str:
    """What to say of mapped headers that the file does not have."""
    mapped = columns_served(column for column in head.columns if column.matched_by == MatchedBy.MAPPING)
    absent = [_quoted(each.header) for name, each in decisions.mapping.items() if name not in mapped]
    if not absent:
        return ""
    return f" The header does not have what the mapping names: {first_few(absent, _MAX_ABSENT, ', ')}."


def first_few(texts: Sequence[str], most: int, separator: str) -> str:
    """The first texts, and how many more there are."""
    more = [f"{len(texts) - most} more"] if len(texts) > most else []
    return " and ".join([separator.join(texts[:most]), *more])


def _quoted(header: str) -> str:
    return f'"{one_line(header, _MAX_HEADER_LENGTH)}"'
