"""`python -m bench [PART …]`: how fast a file becomes products, reports and a notification, and at what cost."""

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer
from rich.console import Console

from bench import choices, curve, end_to_end, handlers, modes, peers, polling, profile, reader, results, workbooks
from bench.alone import PROJECT
from bench.capacity import tables as capacity_tables
from bench.sizes import FULL, QUICK, Sizes

PARTS: dict[str, ModuleType] = {
    "reader": reader,
    "workbooks": workbooks,
    "handlers": handlers,
    "modes": modes,
    "peers": peers,
    "profile": profile,
    "choices": choices,
    "end_to_end": end_to_end,
    "polling": polling,
    "curve": curve,
}
Part = StrEnum("Part", list(PARTS))  # type: ignore[misc]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True, markup=False)


@app.command()
def bench(
    parts: Annotated[list[Part] | None, typer.Argument(help="What to measure; everything if nothing is named.")] = None,
    quick: Annotated[bool, typer.Option(help="Small files: to see a change, not to publish.")] = False,
    write: Annotated[bool, typer.Option(help="Put the tables and the picture into docs/.")] = False,
    measure: Annotated[bool, typer.Option(help="Or only write what was measured before.")] = True,
    json_file: Annotated[Path, typer.Option("--json", dir_okay=False, help="Keep every number here.")] = results.FILE,
) -> None:
    """Measure part by part, and print and store the results of each."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in map(str, parts or PARTS) if measure else ():
        _measure(name, QUICK if quick else FULL, json_file)
    if write:
        _publish(json_file)


def _measure(name: str, sizes: Sizes, json_file: Path) -> None:
    begin = time.monotonic()
    with _folder() as folder:
        result = PARTS[name].measure(folder, sizes)
    took = time.monotonic() - begin
    results.keep(name, result, took, json_file)
    for table in PARTS[name].tables(result).values():
        console.print(f"\n{table}")
    console.print(f"\n({name}: {took:.0f} s)")


def _publish(json_file: Path) -> None:
    """Writes the results of this run and of earlier ones into the documents."""
    stored = results.load(json_file)
    tables = {name: table for part in stored for name, table in PARTS[part].tables(stored[part]).items()}
    changed = results.write(tables | capacity_tables(stored))
    if "curve" in stored:
        changed.append(curve.draw(stored["curve"]))
    for path in changed:
        console.print(f"written: {path.relative_to(PROJECT)}")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # so that PostgreSQL's own user can pass through it
        yield Path(folder).resolve()


if __name__ == "__main__":
    app()
