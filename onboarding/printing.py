"""What a person reads at the terminal: tables, progress, and one line at the end."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from onboarding.offline import FileCheck
from onboarding.rules_document import RulesDocument
from pipeline.domain.errors import ErrorType, fields_in_words
from pipeline.domain.one_line import one_line, shorten
from pipeline.domain.severity import Severity
from pipeline.domain.uploads import UploadStatus

Json = Mapping[str, Any]


FIRST = 50
"""So many errors are shown unless all are asked for."""
_BLOCK = 200
_CAUSES = 10
_LONGEST_CELL = 600
_LONGEST_NAME = 200
_LONGEST_MESSAGE = 2000
_LONGEST_VALUE = 60
_WIDEST_NUMBER = 7
_WIDEST_FIELD = 17


_LINE_BREAKS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def line(value: object) -> None:
    """One value as a line of JSON; characters at which some programs break lines are escaped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(_LINE_BREAKS) + "\n")


def said(text: str, style: str = "") -> None:
    """A sentence, whatever characters a vendor's file brought into it."""
    _out().print(Text(shorten(text, 2000), style=style), soft_wrap=True)


def note(text: str) -> None:
    """A sentence beside the result: it does not disturb a program that reads the output."""
    _err().print(Text(shorten(text, 2000)), soft_wrap=True)


def fault(text: str) -> None:
    _err().print(Text(f"Error: {shorten(text, 2000)}", style="red"), soft_wrap=True)


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
        _out().print(table)


def left_out(count: int) -> None:
    if count:
        said(f"… and {count:,} more errors. --all shows every one, --json is for programs.")


def cause_table(causes: Iterable[Json]) -> None:
    """Why rows are rejected, the most frequent cause first."""
    listed = list(islice(causes, _CAUSES + 1))
    table = _plain("Errors", "Cause", "Field", "Received", "First rows", "Write instead")
    table.columns[0].justify = "right"
    for cause in listed[:_CAUSES]:
        rows = ", ".join(map(str, cause["rows"][:3])) + (", …" if cause["count"] > 3 else "")
        cells = (cause["error_type"], _where(cause), cause["value"], rows, cause["suggestion"])
        table.add_row(f"{cause['count']:,}", *(_cell(cell) for cell in cells))
    _out().print(table)
    if len(listed) > _CAUSES:
        said("… and rarer causes")


def warnings(found: Iterable[Json]) -> None:
    """Those that say that something may be wrong come last, where they are seen."""
    for warning in sorted(found, key=_is_to_check):
        where = f" (line {warning['line']})" if warning["line"] else ""
        word, style = ("Please check", "yellow") if _is_to_check(warning) else ("Note", "")
        said(f"{word}: {one_line(warning['message'], _LONGEST_MESSAGE)}{where}", style)


def _is_to_check(warning: Json) -> bool:
    return bool(warning["severity"] == Severity.WARNING)


def checked(name: str, check: FileCheck, *, shown: int) -> None:
    """What follows the errors: how many more there are, the causes, and the upshot."""
    if check.failure:
        where = f" (line {check.failure.line})" if check.failure.line else ""
        said(f"{check.failure.code}: {one_line(check.failure.message, _LONGEST_MESSAGE)}{where}", "red")
        return
    summary = check.summary()
    if shown:
        left_out(sum(check.errors_by_type.values()) - shown)
    if check.rejected:
        said("")
        cause_table([asdict(cause) for cause in check.causes()])
        said("")
    if check.errors_by_type[ErrorType.INVALID_CATEGORY]:
        said("The marketplace's categories: " + ", ".join(check.categories))
        said("")
    warnings(summary["warnings"])
    rejected, total = check.rejected, summary["total_records"]
    said(f"{one_line(name, _LONGEST_NAME)}: {_upshot(rejected, total, summary['warnings'])}", "bold")


def _upshot(rejected: int, total: int, found: Iterable[Json]) -> str:
    if rejected:
        return f"{rejected:,} of {total:,} rows need a correction."
    but = ", but please check the warnings" if any(map(_is_to_check, found)) else ""
    return f"nothing to correct (rows: {total:,}){but}."


def note_limits(document: RulesDocument | None) -> None:
    if document is None:
        note("Categories were not checked: fetch them with `onboarding rules`, or name a file with --rules.")
    elif not document.is_ours:
        note(f"The service checks by rules of {document.version}, this program by others: it is time for a newer one.")
    else:
        note(f"Categories as of {document.as_of}. Whether SKUs and ids are taken, only the service can tell.")


def upload(shown: Json) -> None:
    """What became of an upload, in a few lines."""
    total, valid, wrong = shown["total_records"], shown["valid_records"], shown["error_records"]
    said(
        f"{shown['upload_id']}  {one_line(shown['file_name'], _LONGEST_NAME)}"
        + ("  (dry run)" if shown["dry_run"] else ""),
        "bold",
    )
    warnings(shown["warnings"])
    if shown["failure"]:
        _failure(shown["failure"])
    said(f"Status {shown['status']}: {total or 0:,} rows, {valid:,} accepted, {wrong:,} rejected.")
    if shown["not_processed_records"]:
        said(f"{shown['not_processed_records']:,} rows were not looked at.")
    if shown["corrected_records"]:
        said(f"Corrected since: {shown['corrected_records']:,} of {wrong:,} rejected rows.")
    if shown["parent_upload_id"]:
        said(f"It corrects upload {shown['parent_upload_id']}.")


def without_errors(shown: Json) -> None:
    """Why no row of an upload was rejected."""
    if shown["failure"]:
        _failure(shown["failure"])
    elif shown["status"] == UploadStatus.CANCELLED:
        said("The upload was cancelled before any row was rejected.")
    else:
        said("No row was rejected, so there is nothing to correct.")
        warnings(shown["warnings"])


def _failure(failure: Json) -> None:
    where = f" (line {failure['line']})" if failure["line"] else ""
    said(f"The file was not accepted: {one_line(failure['message'], _LONGEST_MESSAGE)}{where}", "red")


def rules(document: Json) -> None:
    """What a file is held to: columns, rules, categories, limits."""
    columns = _plain("Column", "Takes", "Example")
    for column in document["columns"]:
        columns.add_row(*map(_cell, (column["name"] + ("*" * column["required"]), _takes(column), column["example"])))
    held_to = _plain("No.", "Code", "Holds when")
    for rule in document["rules"]:
        held_to.add_row(*map(_cell, (rule["number"], rule["code"], rule["description"])))
    _out().print(columns, Text("* required\n"), held_to, sep="\n")
    said("\nCategories: " + ", ".join(document["categories"]))
    limits = document["limits"]
    said(f"Limits: {limits['file_bytes']:,} bytes, {limits['rows']:,} rows, {limits['columns']} columns.")


def _takes(column: Json) -> str:
    longest = f" At most {column['max_length']} characters." if column["max_length"] else ""
    bounds = f" From {column['minimum']} to {column['maximum']}." if column["maximum"] is not None else ""
    return f"{column['description']}{longest}{bounds}"


@contextmanager
def transfer(what: str, size: int | None, *, beside_output: bool = False) -> Iterator[tuple[Progress, TaskID]]:
    """A bar of bytes at a terminal, and nothing elsewhere; nor where output comes meanwhile, on the same screen."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        console=_err(),
        transient=True,
        disable=not _err().is_terminal or (beside_output and _out().is_terminal),
    ) as progress:
        yield progress, progress.add_task(what, total=size)


def followed(states: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """Shows how far an upload has come until it has ended; returns it as it ended."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, console=_err(), transient=True, disable=not _err().is_terminal) as progress:
        task = progress.add_task("waiting", total=1.0)
        for state in states:
            rows = state["valid_records"] + state["error_records"]
            doing = f"{rows:,} of {state['total_records']:,} rows checked" if state["total_records"] else "waiting"
            progress.update(task, completed=state["progress"], description=doing)
    return state


def _out() -> Console:
    """As wide as the terminal is at this moment; a console that is kept holds on to the width it first saw."""
    return Console(highlight=False)


def _err() -> Console:
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
