"""What commands print: text, lines of JSON, and tables."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.domain.errors import error_word, fields_in_words
from pipeline.domain.one_line import one_line, shorten

Json = Mapping[str, Any]


FIRST = 50
"""How many errors are printed without --all."""
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


def text(content: str, style: str = "") -> None:
    """Plain text: markup and control characters that come from a vendor's file have no effect."""
    out().print(Text(shorten(content, 2000), style=style), soft_wrap=True)


def command(content: str) -> None:
    """A command to copy: never cut, and on one line."""
    out().print(Text(f"  {content}", style="bold"), soft_wrap=True)


def note(content: str) -> None:
    """A remark on standard error, where it does not disturb a program that reads the output."""
    err().print(Text(shorten(content, 2000)), soft_wrap=True)


def fault(content: str) -> None:
    err().print(Text(f"Error: {shorten(content, 2000)}", style="red"), soft_wrap=True)


def error_list(errors: Iterator[Json], count: int, *, everything: bool) -> None:
    """All errors, or the first of them and the number of the rest."""
    if everything:
        error_blocks(errors)
    else:
        first = list(islice(errors, FIRST))
        error_table(first)
        more_errors(count - len(first))
    text("")


def error_table(errors: Sequence[Json]) -> None:
    """A few errors of a file: where each is, what is wrong, and what to write instead."""
    _print_errors(errors, width=None, with_header=True)


def error_blocks(errors: Iterator[Json]) -> None:
    """All errors of a file, in blocks with the same columns, so that memory stays flat."""
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


def more_errors(count: int) -> None:
    if count:
        text(f"… and {count:,} more errors. --all shows every one, --json is for programs.")


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A small table of plain cells."""
    plain = _plain_table(*headers)
    for row in rows:
        plain.add_row(*map(_cell, row))
    out().print(plain)


def cause_table(causes: Iterable[Json]) -> None:
    """Why rows are rejected, the most frequent cause first; each with its code, which people search for."""
    listed = list(islice(causes, _CAUSES + 1))
    table = _plain_table("Errors", "Cause", "Field", "Received", "First rows", "Write instead")
    table.columns[0].justify = "right"
    table.columns[1].no_wrap = True  # a code that is broken over two lines cannot be searched for
    table.columns[2].no_wrap = all(len(_where(cause)) <= _WIDEST_FIELD for cause in listed)
    for cause in listed[:_CAUSES]:
        rows = ", ".join(map(str, cause["rows"][:3])) + (", …" if cause["count"] > 3 else "")
        word_and_code = Text(f"{error_word(cause['error_type'])}\n{cause['error_type']}")
        cells = (_where(cause), cause["value"], rows, cause["suggestion"])
        table.add_row(f"{cause['count']:,}", word_and_code, *map(_cell, cells))
    out().print(table)
    if len(listed) > _CAUSES:
        text("… and rarer causes")


def encoding_table(encodings: Iterable[Json]) -> None:
    """A few words of a file as each of the encodings reads them."""
    table = _plain_table("", "")
    table.show_header = False
    for each in encodings:
        table.add_row(f"  --encoding {each['encoding']}", _cell(", ".join(each["words"])))
    out().print(table)


def rules(document: Json) -> None:
    """What the service checks a file by: columns, rules, categories, limits."""
    column_table = _plain_table("Column", "Takes", "Example")
    for column in document["columns"]:
        column_table.add_row(
            *map(_cell, (column["name"] + ("*" * column["required"]), _accepted_values(column), column["example"]))
        )
    rule_table = _plain_table("No.", "Code", "Holds when")
    for rule in document["rules"]:
        rule_table.add_row(*map(_cell, (rule["number"], rule["code"], rule["description"])))
    out().print(column_table, Text("* required\n"), rule_table, sep="\n")
    text("\nCategories: " + ", ".join(document["categories"]))
    limits = document["limits"]
    text(f"Limits: {limits['file_bytes']:,} bytes, {limits['rows']:,} rows, {limits['columns']} columns.")


def _accepted_values(column: Json) -> str:
    longest = f" At most {column['max_length']} characters." if column["max_length"] else ""
    bounds = f" From {column['minimum']} to {column['maximum']}." if column["maximum"] is not None else ""
    return f"{column['description']}{longest}{bounds}"


def out() -> Console:
    """The console of standard output, as wide as the terminal is now."""
    # Made for each use: a console keeps the width that it first saw.
    return Console(highlight=False)


def err() -> Console:
    return Console(stderr=True, highlight=False)


def _plain_table(*headers: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _error_columns(width: int | None, *, with_header: bool) -> Table:
    """With `width` for its numbers, the columns are the same in every block, so that blocks read as one table."""
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
