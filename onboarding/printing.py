"""What commands print: text, lines of JSON, and tables."""

import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.domain.one_line import one_line, shorten

Json = Mapping[str, Any]


WIDEST_COLUMN = 17
"""Characters of our longest column."""
_LONGEST_CELL = 600
_LEAST_WIDTH = 20  # of texts, however narrow the terminal is

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


def wrapped(content: str, style: str = "") -> None:
    """Plain text that is wrapped between words, where a terminal would break it anywhere."""
    console = out()
    for part in _wrapped(console, shorten(content, 2000), console.width):
        console.print(Text(part, style=style), soft_wrap=True)


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    whole: Collection[int] = (),
    right: Collection[int] = (),
) -> None:
    """A small table of plain cells. By position: our columns and options, `whole`, are never broken, and numbers stand
    to the `right`.
    """
    plain = _plain_table(*headers, whole=whole, right=right)
    for row in rows:
        plain.add_row(*map(_cell, row))
    out().print(plain)


def beside(left: str, width: int, lines: Iterable[str], *, indent: int = 0) -> None:
    """A few words of at most `width`, and beside them lines; all are wrapped between words."""
    console, gap = out(), 2
    right_width = max(console.width - indent - width - gap, _LEAST_WIDTH)
    right = [part for each in lines for part in _wrapped(console, each, right_width)]
    for start, rest in zip_longest(_wrapped(console, left, width), right, fillvalue=""):
        console.print(Text(f"{' ' * indent}{start:<{width}}{' ' * gap}{rest}".rstrip()), soft_wrap=True)


def _wrapped(console: Console, content: str, width: int) -> list[str]:
    return [part.plain.rstrip() for part in Text(content).wrap(console, width, overflow="fold")]


def encoding_table(encodings: Iterable[Json]) -> None:
    """A few words of a file as each of the encodings reads them."""
    table = _plain_table("", "", whole={0})
    table.show_header = False
    for each in encodings:
        table.add_row(f"  --encoding {each['encoding']}", _cell(", ".join(each["words"])))
    out().print(table)


def rules(document: Json) -> None:
    """What the service checks a file by: columns, rules, categories, limits."""
    column_table = _plain_table("Column", "Takes", "Example", whole={0})
    for column in document["columns"]:
        column_table.add_row(
            *map(_cell, (column["name"] + ("*" * column["required"]), _accepted_values(column), column["example"]))
        )
    rule_table = _plain_table("No.", "Code", "Holds when", whole={0, 1})
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


def _plain_table(*headers: str, whole: Collection[int], right: Collection[int] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for at, header in enumerate(headers):
        table.add_column(header, overflow="fold", no_wrap=at in whole, justify="right" if at in right else "left")
    return table


def _cell(value: object) -> Text:
    return Text("" if value is None else one_line(str(value), _LONGEST_CELL))
