"""The steps that need no services, each by itself: reading, the rules, the error report and the fix file."""

import csv
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.alone import Figures, alone
from bench.memory import peak_bytes
from bench.product_files import STYLES, write_products
from bench.sizes import Sizes
from pipeline.checking.rules import Categories, errors_of
from pipeline.domain.failures import Limits
from pipeline.domain.records import Record
from pipeline.outcome.reports import RejectedRow, ReportLine, error_report, fix_file
from pipeline.reading.reader import open_sheet

MIB = 1024 * 1024
MESSAGE = "Price must be a number from 0.01 to 999999.99 with at most two decimals, such as 19.99"


def measure(folder: Path, sizes: Sizes) -> Figures:
    file, rows = folder / "reader.csv", sizes.reader
    styles = []
    for style in STYLES:
        write_products(file, rows, style)
        ways = {way: _figures(way, file, rows, sizes.runs) for way in ("by_csv_reader", "by_reader")}
        styles.append({"style": style} | ways)
    write_products(file, rows, faulty_every=20)
    steps = {way: _figures(way, file, rows, sizes.runs) for way in ("by_dict_reader", "rules", "reports")}
    file.unlink()
    return {"rows": rows, "styles": styles, "steps": steps}


def _figures(way: str, file: Path, rows: int, runs: int) -> Figures:
    result = alone("bench.reader:best_of", way=way, file=str(file), runs=runs)
    return {"us": result["seconds"] / rows * 1e6, "peak_bytes": result["peak_bytes"]}


def best_of(way: str, file: str, runs: int) -> Figures:
    """Processor seconds of the best run, and the peak memory of this process."""
    return {"seconds": min(_WAYS[way](Path(file)) for _ in range(runs)), "peak_bytes": peak_bytes()}


def _by_csv_reader(file: Path) -> float:
    begin = time.process_time()
    with file.open(encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass
    return time.process_time() - begin


def _by_dict_reader(file: Path) -> float:
    begin = time.process_time()
    with file.open(encoding="utf-8", newline="") as text:
        for _ in csv.DictReader(text):
            pass
    return time.process_time() - begin


def _by_reader(file: Path) -> float:
    begin = time.process_time()
    for _ in open_sheet(lambda: file.open("rb"), Limits()).rows():
        pass
    return time.process_time() - begin


def _rules(file: Path) -> float:
    categories, records = Categories(["Electronics"]), _records(file)
    begin = time.process_time()
    for record in records:
        errors_of(record, categories)
    return time.process_time() - begin


def _reports(file: Path) -> float:
    """Writes both files for an upload whose rows are all rejected."""
    sheet = open_sheet(lambda: file.open("rb"), Limits())
    rows = list(sheet.rows())
    lines = [
        ReportLine(row.row_number, row.cells[5], "INVALID_PRICE", MESSAGE, "price", "19,99", "19.99", row.line,
                   row.cells[0], row.sheet_row)
        for row in rows
    ]  # fmt: skip
    rejected = [RejectedRow(row.row_number, [MESSAGE], [None]) for row in rows]
    begin = time.process_time()
    for blocks in (error_report(lines, ","), fix_file("UPLOAD_1", sheet.format.columns, rows, rejected, ",")):
        for _ in blocks:
            pass
    return time.process_time() - begin


def _records(file: Path) -> list[Record]:
    sheet = open_sheet(lambda: file.open("rb"), Limits())
    layout = sheet.format.layout
    return [layout.record(row) for row in sheet.rows()]


_WAYS: dict[str, Callable[[Path], float]] = {
    "by_csv_reader": _by_csv_reader,
    "by_dict_reader": _by_dict_reader,
    "by_reader": _by_reader,
    "rules": _rules,
    "reports": _reports,
}


def tables(result: Figures) -> dict[str, str]:
    return {"reader-styles": "\n".join(_styles(result)), "steps": "\n".join(_steps(result))}


def _styles(result: Figures) -> Iterator[str]:
    yield "| clean file | `csv.reader`, rows a second | reader, rows a second | times | peak, MiB |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for style in result["styles"]:
        plain, ours = style["by_csv_reader"], style["by_reader"]
        speeds = f"{1e6 / plain['us']:,.0f} | {1e6 / ours['us']:,.0f} | {ours['us'] / plain['us']:.2f}"
        yield f"| {style['style']} | {speeds} | {ours['peak_bytes'] / MIB:.0f} |"


def _steps(result: Figures) -> Iterator[str]:
    plain, steps = result["styles"][0], result["steps"]
    yield "| step | processor µs a row |"
    yield "| --- | ---: |"
    for name, step in (
        ("`csv.reader`: cells, nothing checked", plain["by_csv_reader"]),
        ("`csv.DictReader`: the same as dicts", steps["by_dict_reader"]),
        ("the reader: quoting, encoding, lines and widths checked", plain["by_reader"]),
        ("rules 1 to 5 and the further values, one row in twenty faulty", steps["rules"]),
        ("error report and fix file, a rejected row", steps["reports"]),
    ):
        yield f"| {name} | {step['us']:.1f} |"
