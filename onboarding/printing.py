"""How things are printed at the terminal: sentences, lines of JSON, and tables."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.domain.errors import error_word, fields_in_words
from pipeline.domain.one_line import one_line, shortened

Json = Mapping[str, Any]


FIRST = 50
"""So many errors are shown unless all are asked for."""
_BLOCK = 200
_CAUSES = 10
_LONGEST_CELL = 600
_LONGEST_VALUE = 60
_WIDEST_NUMBER = 7
_WIDEST_FIELD = 17


_LINE_BREAKS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def line(value: object) -> None:
    """One value as a line of JSON; characters at which some programs break lines are escaped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(_LINE_BREAKS) + "\n")


def said(text: str, style: str = "") -> None:
    """A sentence, whatever characters a vendor's file brought into it."""
    out().print(Text(shortened(text, 2000), style=style), soft_wrap=True)


def note(text: str) -> None:
    """A sentence beside the result: it does not disturb a program that reads the output."""
    err().print(Text(shortened(text, 2000)), soft_wrap=True)


def fault(text: str) -> None:
    err().print(Text(f"Error: {shortened(text, 2000)}", style="red"), soft_wrap=True)


def error_list(errors: Iterator[Json], count: int, *, everything: bool) -> None:
    """All errors, or the first and how many more there are."""
    if everything:
        error_blocks(errors)
    else:
        first = list(islice(errors, FIRST))
        error_table(first)
        left_out(count - len(first))
    said("")


def error_table(errors: Sequence[Json]) -> None:
    """The first errors of a file, each with where, what and why."""
    _print_errors(errors, width=None, with_header=True)


def error_blocks(errors: Iterator[Json]) -> None:
    """All errors of a file, a block at a time: memory stays flat, and the columns of the blocks join up."""
    is_first = True
    while block := list(islice(errors, _BLOCK)):
        _print_errors(block, width=_WIDEST_NUMBER, with_header=is_first)
        is_first = False


def _print_errors(errors: Sequence[Json], *, width: int | None, with_header: bool) -> None:
    table = _error_columns(width, with_header=with_header)
    for error in errors:
        received = one_line(error["value"] or "", _LONGEST_VALUE)
        where = error["row_number"], error["line"], _where(error), received
        table.add_row(*map(_cell, (*where, error["error_message"], error["suggestion"])))
    if errors:
        out().print(table)


def left_out(count: int) -> None:
    if count:
        said(f"… and {count:,} more errors. --all shows every one, --json is for programs.")


def cause_table(causes: Iterable[Json]) -> None:
    """Why rows are rejected, the most frequent cause first."""
    listed = list(islice(causes, _CAUSES + 1))
    table = _plain("Errors", "Cause", "Field", "Received", "First rows", "Write instead")
    table.columns[0].justify = "right"
    table.columns[2].no_wrap = all(len(_where(cause)) <= _WIDEST_FIELD for cause in listed)
    for cause in listed[:_CAUSES]:
        rows = ", ".join(map(str, cause["rows"][:3])) + (", …" if cause["count"] > 3 else "")
        cells = (error_word(cause["error_type"]), _where(cause), cause["value"], rows, cause["suggestion"])
        table.add_row(f"{cause['count']:,}", *(_cell(cell) for cell in cells))
    out().print(table)
    if len(listed) > _CAUSES:
        said("… and rarer causes")


def rules(document: Json) -> None:
    """What a file is held to: columns, rules, categories, limits."""
    columns = _plain("Column", "Takes", "Example")
    for column in document["columns"]:
        columns.add_row(*map(_cell, (column["name"] + ("*" * column["required"]), _takes(column), column["example"])))
    held_to = _plain("No.", "Code", "Holds when")
    for rule in document["rules"]:
        held_to.add_row(*map(_cell, (rule["number"], rule["code"], rule["description"])))
    out().print(columns, Text("* required\n"), held_to, sep="\n")
    said("\nCategories: " + ", ".join(document["categories"]))
    limits = document["limits"]
    said(f"Limits: {limits['file_bytes']:,} bytes, {limits['rows']:,} rows, {limits['columns']} columns.")


def _takes(column: Json) -> str:
    longest = f" At most {column['max_length']} characters." if column["max_length"] else ""
    bounds = f" From {column['minimum']} to {column['maximum']}." if column["maximum"] is not None else ""
    return f"{column['description']}{longest}{bounds}"


def out() -> Console:
    """As wide as the terminal is at this moment; a console that is kept holds on to the width it first saw."""
    return Console(highlight=False)


def err() -> Console:
    return Console(stderr=True, highlight=False)


def _plain(*headers: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _error_columns(width: int | None, *, with_header: bool) -> Table:
    """With a width for its numbers, a table whose columns are the same in every block, so that blocks join up."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", expand=True)
    table.show_header = with_header
    for header in ("Row", "Line"):
        table.add_column(header, width=width, justify="right")
    table.add_column("Field", width=_WIDEST_FIELD)
    table.add_column("Received", ratio=1, overflow="fold")
    table.add_column("What is wrong", ratio=3)
    table.add_column("Write instead", ratio=1, overflow="fold")
    return table


def _where(error: Json) -> str:
    return fields_in_words(error["error_field"]) or "the whole row"


def _cell(value: object) -> Text:
    return Text("" if value is None else one_line(str(value), _LONGEST_CELL))
