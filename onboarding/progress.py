"""Progress bars at a terminal: for bytes that are sent or read, and for an upload until it has ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from onboarding.printing import Json, err, out


@contextmanager
def transfer(what: str, size: int | None, *, beside_output: bool = False) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar of bytes; without a terminal, nothing.

    `beside_output` also hides it if the output goes to a terminal: both would share one screen.
    """
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        console=err(),
        transient=True,
        disable=not err().is_terminal or (beside_output and out().is_terminal),
    ) as progress:
        yield progress, progress.add_task(what, total=size)


def watch(states: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """Shows how far an upload has come until it has ended; returns it as it ended."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, console=err(), transient=True, disable=not err().is_terminal) as progress:
        task = progress.add_task("waiting", total=1.0)
        for state in states:
            progress.update(task, completed=state["progress"], description=rows_checked(state))
    return state


def rows_checked(upload: Json) -> str:
    if not upload["total_records"]:
        return "waiting"
    return f"{upload['valid_records'] + upload['error_records']:,} of {upload['total_records']:,} rows checked"
