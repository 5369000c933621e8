"""One cause that explains all missing columns, such as a wrong delimiter."""

import re
from collections.abc import Iterable, Sequence

from pipeline.domain.cells import clean
from pipeline.domain.columns import REQUIRED, column_of
from pipeline.domain.header_matching import synonym_of
from pipeline.domain.one_line import one_line
from pipeline.reading.header.delimiters import DELIMITERS, NAMES
from pipeline.reading.header.head import Head

_OTHER_SEPARATORS = (
    (re.compile(":"), "colons"),
    (re.compile("~"), "tildes (~)"),
    (re.compile("¦"), "broken bars (¦)"),
    (re.compile(r"\^"), "carets (^)"),
    (re.compile(r"\\"), "backslashes"),
    (re.compile("/"), "slashes"),
    (re.compile("[，、]"), "commas of full width"),
    (re.compile("；"), "semicolons of full width"),
    (re.compile("｜"), "pipes of full width"),
    (re.compile("[§¤·•#!&$@*+=]"), "signs"),
    (re.compile("[\x00-\x08\x0e-\x1f]"), "control characters"),
    (re.compile(r" {2,}"), "several blanks"),
    (re.compile(r"[ \u00a0]+"), "blanks"),
)
_MIN_KNOWN_COLUMNS = 2
_QUOTES = "“”„‟«»‘’‚‹›'`´\"〝〞＂"
_PRICE = re.compile(r"\D{0,4}\d{1,9}[.,]\d{1,2}\D{0,4}")
_WHOLE_NUMBER = re.compile(r"\d{1,9}")
_MIN_PRODUCT_VALUES = 4


def cause_of(head: Head) -> str | None:
    """The one cause of all missing columns, or None."""
    cells = [column.header for column in head.columns]
    where = f"{head.line_name_first} was read as the header, and "
    filled = [cell for cell in cells if clean(cell)]
    if cause := _cause_in_separator_line(head, cells):
        return where + cause
    if len(filled) == 1 and (cause := _cause_in_one_cell(filled[0], is_of_workbook=head.is_of_workbook)):
        return where + cause
    column_count = _count_columns(cells)
    if (
        _count_columns(map(_without_quotes, cells)) > column_count
        and _count_columns(map(_without_quotes, cells)) >= _MIN_KNOWN_COLUMNS
    ):
        example = next(cell for cell in filled if not _column_of(cell) and _column_of(_without_quotes(cell)))
        return (
            f"{where}its names are in quotes that CSV does not use: {one_line(example, 40)}. Write them without"
            ' quotes, or with straight ones ("), and the cells below too.'
        )
    text = (head.delimiter or ", ").join(cells)
    rows = [cells] if head.is_of_workbook else [text.split(delimiter) for delimiter in DELIMITERS]
    if not column_count and any(map(is_a_product, rows)):
        row = "row" if head.is_of_workbook else "line"
        return (
            f"{where}it looks like a product ({one_line(text, 60)}): the header is missing. Put a {row} with the names"
            f" of the columns above it: {', '.join(REQUIRED)}, and what else the file has."
        )
    return None


def _cause_in_separator_line(head: Head, cells: Sequence[str]) -> str | None:
    text = head.delimiter.join(cells)
    others = [delimiter for delimiter in DELIMITERS if delimiter not in head.declared_delimiters]
    most = max(others, key=lambda delimiter: _count_columns(text.split(delimiter)))
    if not head.declared_delimiters or _count_columns(text.split(most)) < max(
        _count_columns(cells) + 1, _MIN_KNOWN_COLUMNS
    ):
        return None
    named = " and ".join(NAMES[delimiter] for delimiter in head.declared_delimiters)
    return (
        f"the `sep=` line above it names a delimiter that it does not use ({named}): its cells are separated by"
        f" {NAMES[most]}s. Delete the `sep=` line, or name the right delimiter there."
    )


def _cause_in_one_cell(cell: str, *, is_of_workbook: bool) -> str | None:
    for delimiter in DELIMITERS:
        if _count_columns(cell.split(delimiter)) >= _MIN_KNOWN_COLUMNS:
            if is_of_workbook:
                return (
                    f"all of it is in one cell: {one_line(cell, 40)}. Split the cells into columns at the"
                    f" {NAMES[delimiter]}s (in Excel: Data, Text to Columns), or send the CSV file itself."
                )
            return (
                f"the whole line is in quotes, so it is one cell: {one_line(cell, 40)}. Export the file again, or"
                f" remove the quotes around each line; inside a line, {NAMES[delimiter]}s separate the cells."
            )
    for separator, name in _OTHER_SEPARATORS:
        # Not by synonyms: a title such as `Price and stock` is no header.
        if len(set(map(column_of, separator.split(cell))) - {None}) >= _MIN_KNOWN_COLUMNS:
            return (
                f"its columns are separated by {name}: {one_line(cell, 40)}. Export the file with commas, semicolons,"
                " tabs or pipes between the cells."
            )
    return None


def _count_columns(cells: Iterable[str]) -> int:
    return len(set(map(_column_of, cells)) - {None})


def _column_of(cell: str) -> str | None:
    return column_of(cell) or synonym_of(cell)


def _without_quotes(cell: str) -> str:
    return clean(clean(cell).strip(_QUOTES))


def is_a_product(cells: Sequence[str]) -> bool:
    values = [value for value in map(clean, cells) if value]
    has_price = any(map(_PRICE.fullmatch, values))
    numbers = sum(bool(_PRICE.fullmatch(value) or _WHOLE_NUMBER.fullmatch(value)) for value in values)
    return len(values) >= _MIN_PRODUCT_VALUES and numbers >= 2 and (has_price or 2 * numbers >= len(values))
