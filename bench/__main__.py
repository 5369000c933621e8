"""`python -m bench [PART …]`: how fast a file becomes products, reports and a notification, and what it takes."""

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

from bench import choices, curve, end_to_end, handlers, peers, polling, profile, reader, results
from bench.alone import PROJECT
from bench.capacity import tables as capacity_tables
from bench.sizes import FULL, QUICK, Sizes

PARTS: dict[str, ModuleType] = {
    "reader": reader,
    "handlers": handlers,
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
    """Measure, part by part, and print a table of each. What is measured is kept, whatever part it is of."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in map(str, parts or PARTS) if measure else ():
        _measure(name, QUICK if quick else FULL, json_file)
    if write:
        _publish(json_file)


def _measure(name: str, sizes: Sizes, json_file: Path) -> None:
    begin = time.monotonic()
    with _folder() as folder:
        found = PARTS[name].measure(folder, sizes)
    took = time.monotonic() - begin
    results.keep(name, found, took, json_file)
    for table in PARTS[name].tables(found).values():
        console.print(f"\n{table}")
    console.print(f"\n({name}: {took:.0f} s)")


def _publish(json_file: Path) -> None:
    """From all that was kept, of this run and of earlier ones."""
    kept = results.load(json_file)
    tables = {name: table for part in kept for name, table in PARTS[part].tables(kept[part]).items()}
    changed = results.write(tables | capacity_tables(kept))
    if "curve" in kept:
        changed.append(curve.draw(kept["curve"]))
    for path in changed:
        console.print(f"written: {path.relative_to(PROJECT)}")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's own user passes through it
        yield Path(folder).resolve()


if __name__ == "__main__":
    app()
