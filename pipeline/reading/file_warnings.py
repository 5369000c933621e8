"""Warnings about an accepted file: what its vendor should know or check."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, MatchedBy, columns_served, is_export, is_fix_file, is_mark
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import FileWarning
from pipeline.domain.header_matching import ambiguous_columns, synonym_of
from pipeline.domain.one_line import one_line, shorten
from pipeline.domain.row_names import listed_lines
from pipeline.domain.severity import WarningCode
from pipeline.domain.weight_headers import contradiction_in
from pipeline.reading.encodings.decoding import Encoding
from pipeline.reading.header.head import Head
from pipeline.reading.header.likely_columns import likely_headers

_MAX_PLACES = 5
_MAX_HEADERS, _MAX_HEADER_LENGTH = 5, 60


@dataclass(slots=True)
class AffectedRows:
    """The rows that a warning is about: their number, the first few by line and sheet row, and an example value."""

    count: int = 0
    places: list[tuple[int, int]] = field(default_factory=list)
    example: str = ""

    @property
    def has_all_places(self) -> bool:
        """Whether no more rows are listed, so that further rows need only be counted."""
        return len(self.places) == _MAX_PLACES

    def add(self, line: int, sheet_row: int, example: str = "") -> None:
        self.count += 1
        if len(self.places) < _MAX_PLACES:
            self.places.append((line, sheet_row))
            self.example = self.example or example

    @classmethod
    def merge(cls, parts: "Iterable[AffectedRows]") -> "AffectedRows":
        """Combines rows that have no row in common."""
        first, *others = sorted(parts, key=lambda rows: rows.places)
        places = sorted(place for rows in (first, *others) for place in rows.places)
        return cls(first.count + sum(rows.count for rows in others), places[:_MAX_PLACES], first.example)

    def warning(self, code: WarningCode, problem: str, *, in_workbook: bool = False) -> Iterator[FileWarning]:
        """The warning that these rows have `problem`; a `{}` in it is replaced by the example."""
        if self.count:
            rows = "1 row has" if self.count == 1 else f"{self.count} rows have"
            listed = listed_lines(self.places, has_more=self.count > len(self.places), in_workbook=in_workbook)
            problem = problem.replace("{}", shorten(self.example))
            yield FileWarning(code, f"{rows} {problem} ({listed}).", self.places[0][0])


def encoding_guessed(encoding: Encoding) -> Iterator[FileWarning]:
    if encoding.guessed:
        words = ", ".join(f'"{word}"' for word in encoding.sample_words)
        message = f"The file does not say its encoding; it was read as {encoding.name}."
        yield FileWarning(WarningCode.ENCODING_GUESSED, f"{message} Check these words: {words}." if words else message)


def rows_above_header(head: Head) -> Iterator[FileWarning]:
    if head.rows_above:
        count, first = len(head.rows_above), head.rows_above[0]
        rows, were = ("1 row", "was") if count == 1 else (f"{count} rows", "were")
        text = f'"{one_line(first.text)}"' + (" and so on" if count > 1 else "")
        message = f"{rows} above the header, which is in {head.line_name}, {were} not read: {text}."
        yield FileWarning(WarningCode.ROWS_ABOVE_HEADER, message, first.number)


def about_columns(head: Head) -> Iterator[FileWarning]:
    """The headers that were matched by a synonym, and those that were not because there are several."""
    mapped = [column for column in head.columns if column.matched_by == MatchedBy.SYNONYM]
    if mapped:
        listed = ", ".join(f'"{one_line(column.header, _MAX_HEADER_LENGTH)}" as {column.column}' for column in mapped)
        yield FileWarning(
            WarningCode.COLUMN_MAPPED, f"Columns read by their usual names: {listed}{_note(head)}.", head.line
        )
    for name, headers in ambiguous_columns(head.columns).items():
        listed = ", ".join(f'"{one_line(header, _MAX_HEADER_LENGTH)}"' for header in headers[:_MAX_HEADERS])
        more = f" and {len(headers) - _MAX_HEADERS} more" if len(headers) > _MAX_HEADERS else ""
        message = (
            f"Several columns may mean {name}, so none of them is used: {listed}{more}{_note(head)}. {_rename(name)}"
        )
        yield FileWarning(WarningCode.AMBIGUOUS_COLUMN, message, head.line)


def _note(head: Head) -> str:
    """Where the header is, if a spreadsheet shows it elsewhere than a text editor, or there is no text."""
    if head.line == head.sheet_row and not head.is_of_workbook:
        return ""
    return f" ({listed_lines([(head.line, head.sheet_row)], in_workbook=head.is_of_workbook)})"


def absent_headers(head: Head, decisions: Decisions) -> Iterator[FileWarning]:
    """Headers that the request mapped and the file does not have."""
    mapped = columns_served(column for column in head.columns if column.matched_by == MatchedBy.MAPPING)
    for name, each in decisions.mapping.items():
        if name not in mapped:
            message = f'The mapping names "{one_line(each.header)}" for {name}, which is no header of this file'
            yield FileWarning(WarningCode.UNKNOWN_COLUMN, f"{message}{_note(head)}.", head.line)


def _rename(column: str) -> str:
    return f"Name the right one {column}{_WITH_UNIT if column == 'weight_kg' else ''}."


_WITH_UNIT = ", or weight with its unit, such as weight (g)"


def unknown_columns(head: Head) -> Iterator[FileWarning]:
    columns, ambiguous = head.columns, ambiguous_columns(head.columns)
    has_marks = is_fix_file(columns) or is_export(columns)
    unknown = [
        column
        for column in columns
        if not column.matched_by and synonym_of(column.header) not in ambiguous and not (has_marks and is_mark(column))
    ]
    found = set(columns_served(columns))
    absent = [name for name in COLUMNS if name not in found]
    likely = {header: name for name, header in likely_headers(absent, [each.header for each in unknown]).items()}
    for column in unknown:
        name = f'Column "{one_line(column.header)}"' if clean(column.header) else "A column without a header"
        why = contradiction_in(column.header)
        meant = None if why else likely.get(column.header)
        hint = f" If it is meant for {meant}, name it so{_WITH_UNIT if meant == 'weight_kg' else ''}." if meant else ""
        yield FileWarning(
            WarningCode.UNKNOWN_COLUMN, f"{name} is not used{_note(head)}{f': {why}' if why else ''}.{hint}", head.line
        )
