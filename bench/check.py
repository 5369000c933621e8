"""`python -m bench.check`: `onboarding check` beside plain `csv.reader` over the same files."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.memory import peak_bytes
from bench.product_files import write_products
from onboarding.offline import FileCheck
from onboarding.rules_document import RulesDocument
from pipeline.checking.rules import RULES_VERSION
from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.failures import Limits

MIB = 1024 * 1024
KINDS = {
    "clean": ("plain", 0),
    "5 % faulty": ("plain", 20),
    "5 % faulty, every fifth row has quotes": ("some quoted", 20),
    "5 % faulty, every cell quoted": ("all quoted", 20),
}
"""The style of each file, and every how many rows one has a fault (0: none)."""
_FAULTS = (
    ("price", "-19.99"),
    ("category", "Elektronics"),
    ("stock_quantity", "12 pcs"),
    ("product_name", ""),
    ("sku", "SKU-0000001"),  # the first row's
)
_LONGER = " and that lies well in every hand, large or small"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False)


@app.command()
def bench(
    rows: Annotated[int, typer.Option(min=1000, help="Rows of each file.")] = 200_000,
    runs: Annotated[int, typer.Option(min=1, help="How often each is read; the best counts.")] = 3,
) -> None:
    """Measure rows per second of processor time, and peak memory, for each file."""
    with tempfile.TemporaryDirectory(prefix="bench-check-") as folder:
        file = Path(folder) / "products.csv"
        table = Table("File", "csv.reader rows/s", "check rows/s", "times", "peak", "peak", box=None)
        for kind, (style, faulty_every) in KINDS.items():
            write_file(file, rows, style, faulty_every)
            plain, ours = (_figures_of(way, file, runs) for way in ("plain", "ours"))
            speeds = f"{rows / plain['seconds']:,.0f}", f"{rows / ours['seconds']:,.0f}"
            times = f"{ours['seconds'] / plain['seconds']:.1f}"
            table.add_row(kind, *speeds, times, *(f"{each['peak_bytes'] / MIB:.0f} MiB" for each in (plain, ours)))
        console.print(table)


def write_file(path: Path, rows: int, style: str, faulty_every: int) -> None:
    """Writes rows of about 270 bytes."""
    write_products(path, rows, style)
    clean = path.with_suffix(".clean")
    path.rename(clean)
    with clean.open(encoding="utf-8", newline="") as source, path.open("w", encoding="utf-8", newline="") as file:
        quote_all, usual = (
            csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL),
            csv.writer(file, lineterminator="\n"),
        )
        writer = quote_all if style == "all quoted" else usual
        for n, cells in enumerate(csv.reader(source)):
            if n:
                cells[COLUMN_ORDER["description"]] += _LONGER
            if n and faulty_every and n % faulty_every == 0:
                column, value = _FAULTS[n // faulty_every % len(_FAULTS)]
                cells[COLUMN_ORDER[column]] = value
            writer.writerow(cells)
    clean.unlink()


def _figures_of(way: str, file: Path, runs: int) -> dict[str, float]:
    """Measures in a process of its own, because the peak of memory is that of the whole process."""
    command = [sys.executable, "-m", "bench.check", way, str(file), str(runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _by_csv_reader(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as text:
        deque(csv.reader(text), maxlen=0)


def _by_our_check(file: Path) -> None:
    document = RulesDocument(RULES_VERSION, ("Electronics", "Clothing"), Limits(), datetime.now(UTC).date())
    file_check = FileCheck(file, document, lambda _: None)
    deque(file_check.errors(), maxlen=0)


_WAYS: dict[str, Callable[[Path], None]] = {"plain": _by_csv_reader, "ours": _by_our_check}


def _measure(way: str, file: Path, runs: int) -> None:
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        _WAYS[way](file)
        best = min(best, time.process_time() - begin)
    print(json.dumps({"seconds": best, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in _WAYS:
        _measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        app()
