"""Workbooks of 15 columns: our reader beside openpyxl, and the parser beside itself with a CSV file, in turn."""

import csv
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import xlsxwriter

from bench import workbook_passes
from bench.alone import Figures, alone
from bench.memory import peak_bytes
from bench.product_files import HEADER, product_rows
from bench.sizes import Sizes
from pipeline.domain.failures import Limits
from pipeline.reading.workbook.book import open_workbook

MIB = 1024 * 1024
_KINDS = {"shared": "texts shared", "in place": "texts in place"}
_NUMBERS = ("price", "compare_at_price", "stock_quantity", "weight_kg")


def measure(folder: Path, sizes: Sizes) -> Figures:
    files, kinds = {"CSV": folder / "products.csv"}, []
    _write_csv(files["CSV"], sizes.reader)
    for kind, name in _KINDS.items():
        files[f"workbook, {name}"] = file = folder / f"{name}.xlsx"
        _write(file, sizes.reader, in_place=kind == "in place")
        kinds.append({"kind": kind} | _figures(file, sizes.reader, sizes.runs))
    passes = workbook_passes.measure(files, sizes.reader, sizes.runs)
    return {"rows": sizes.reader, "kinds": kinds, "passes": passes}


def _write_csv(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as content:
        writer = csv.writer(content, lineterminator="\n")
        writer.writerow([*HEADER, "listing_status"])
        writer.writerows([*cells.values(), "active"] for cells in product_rows(rows))


def _write(file: Path, rows: int, *, in_place: bool) -> None:
    options = {"constant_memory": in_place, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet("Products")
        sheet.write_row(0, 0, [*HEADER, "listing_status"])
        for number, cells in enumerate(product_rows(rows), start=1):
            values = [float(text) if name in _NUMBERS else text for name, text in cells.items()]
            sheet.write_row(number, 0, [*values, "active"])


def _figures(file: Path, rows: int, runs: int) -> Figures:
    """Of each way the best run. They take turns, so that other work of the machine slows both."""
    found: dict[str, list[Figures]] = {way: [] for way in _WAYS}
    for _ in range(runs):
        for way, results in found.items():
            results.append(alone("bench.workbooks:read", way=way, file=str(file)))
    return {
        way: {
            "us": min(result["seconds"] for result in results) / rows * 1e6,
            "peak_bytes": max(result["peak_bytes"] for result in results),
        }
        for way, results in found.items()
    }


def read(way: str, file: str) -> Figures:
    begin = time.process_time()
    _WAYS[way](Path(file))
    return {"seconds": time.process_time() - begin, "peak_bytes": peak_bytes()}


def _by_reader(file: Path) -> None:
    with file.open("rb") as content, open_workbook(content, Limits()) as book:
        for _ in book.rows("Products"):
            pass


def _by_openpyxl(file: Path) -> None:
    for _ in openpyxl.load_workbook(file, read_only=True)["Products"].iter_rows(values_only=True):
        pass


_WAYS: dict[str, Callable[[Path], None]] = {"by_openpyxl": _by_openpyxl, "by_reader": _by_reader}


def tables(result: Figures) -> dict[str, str]:
    return {
        "workbooks": "\n".join(_table(result)),
        "workbook-passes": "\n".join(workbook_passes.table(result["passes"])),
    }


def _table(result: Figures) -> Iterator[str]:
    yield "| workbook | openpyxl, µs a row | reader, µs a row | openpyxl, peak MiB | reader, peak MiB |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for kind in result["kinds"]:
        theirs, ours = kind["by_openpyxl"], kind["by_reader"]
        peaks = f"{theirs['peak_bytes'] / MIB:.0f} | {ours['peak_bytes'] / MIB:.0f}"
        yield f"| {_KINDS[kind['kind']]} | {theirs['us']:.0f} | {ours['us']:.0f} | {peaks} |"
