"""The errors of a file by row, and their causes, as people read them at a terminal: values are never cut in two."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from rich.text import Text

from onboarding import printing
from onboarding.printing import Json
from pipeline.domain.errors import error_word, fields_in_words
from pipeline.domain.one_line import one_line
from pipeline.domain.row_names import excel_note, listed_rows

FIRST = 50
"""How many errors are printed without --all; the last row has all of its errors."""
_CAUSES = 10
_ROWS_PER_CAUSE = 3
_LONGEST_VALUE = 60
_LONGEST_CELL = 600
_COUNT = len("Errors")


def error_list(errors: Iterable[Json], count: int, *, everything: bool) -> None:
    """All errors, or the first of them and the number of the rest."""
    if everything:
        print_errors(errors)
    else:
        first = first_errors(errors)
        print_errors(first)
        more_errors(count - len(first))
    printing.text("")


def first_errors(errors: Iterable[Json]) -> list[Json]:
    """The errors of the first few rows."""
    first: list[Json] = []
    for _, of_row in groupby(errors, itemgetter("row_number")):
        first.extend(of_row)
        if len(first) >= FIRST:
            break
    return first


def print_errors(errors: Iterable[Json]) -> None:
    """Row by row: where it is, and for each error what is wrong, what was received, and what to write instead."""
    for _, of_row in groupby(errors, itemgetter("row_number")):
        _print_row(list(of_row))


def more_errors(count: int) -> None:
    if count:
        printing.text(f"… and {count:,} more errors. --all shows every one, --json is for programs.")


def cause_list(causes: Iterable[Json], sheet_rows: Mapping[int, int]) -> None:
    """Why rows are rejected, the most frequent cause first; each with its code, which people search for."""
    listed = list(islice(causes, _CAUSES + 1))
    if listed:
        printing.text("Errors  Cause", "bold")
    for cause in listed[:_CAUSES]:
        printing.beside(f"{cause['count']:>{_COUNT},}", _COUNT, _cause_lines(cause, sheet_rows))
    if len(listed) > _CAUSES:
        printing.text("… and rarer causes")


def rows_of_causes(causes: Sequence[Json]) -> set[int]:
    """The row numbers that the list of these causes names."""
    return {row for cause in causes[:_CAUSES] for row in cause["rows"][:_ROWS_PER_CAUSE]}


def fix_list(fixes: Iterable[tuple[object, Json]]) -> None:
    """What a correction writes for how many errors."""
    printing.text("Errors  Correction", "bold")
    for count, fix in fixes:
        lines = [_cause(fix), f"Write: {_cell(fix.get('set', 'what is suggested'))}"]
        printing.beside(f"{count:>{_COUNT}}", _COUNT, lines)


def _print_row(errors: Sequence[Json]) -> None:
    first = errors[0]
    line = f", line {first['line']:,}" if first["line"] != first["sheet_row"] else ""
    name = f"Row {first['row_number']:,}{excel_note(first['sheet_row'])}{line}"
    key = first["sku"] or first["vendor_product_id"]
    heading = Text(name, style="bold").append(f"  {_cell(key)}" if key else "", style="not bold")
    printing.out().print(heading, soft_wrap=True)
    for error in errors:
        printing.beside(_where(error), printing.WIDEST_COLUMN, _error_lines(error), indent=2)


def _error_lines(error: Json) -> Iterator[str]:
    yield _cell(error["error_message"])
    if error["value"]:
        yield f"Received: {one_line(error['value'], _LONGEST_VALUE)}"
    if error["suggestion"] is not None:
        yield f"Write instead: {_cell(error['suggestion'])}"


def _cause_lines(cause: Json, sheet_rows: Mapping[int, int]) -> Iterator[str]:
    yield _cause(cause)
    rows = [(row, sheet_rows.get(row)) for row in cause["rows"][:_ROWS_PER_CAUSE]]
    yield f"{cause['error_type']}, {listed_rows(rows, has_more=cause['count'] > len(rows))}"
    if cause["suggestion"] is not None:
        yield f"Write instead: {_cell(cause['suggestion'])}"


def _cause(cause: Json) -> str:
    value = f": {_cell(cause['value'])}" if cause["value"] else ""
    where = f" in {fields_in_words(cause['error_field'])}" if cause["error_field"] else ""
    return f"{error_word(cause['error_type'])}{where}{value}"


def _where(error: Json) -> str:
    return fields_in_words(error["error_field"]) or "the whole row"


def _cell(value: Any) -> str:
    return one_line(str(value), _LONGEST_CELL)
