"""Small product files with every kind of sound and wrong row, and what a test expects of them."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from tests.reliability.reading import report_rows
from tests.reliability.state import Expectations
from tests.reliability.world import File

HEADER = (
    "SKU",
    "Vendor Product-ID",
    "product_name",
    "Category",
    "price",
    "stock quantity",
    "unit",
    "weight_kg",
    "Note",
)

# For each kind of row: the cells that differ from a sound row, and the errors of rules 1 to 5.
KINDS: dict[str, tuple[dict[str, str], frozenset[str]]] = {
    "sound": ({}, frozenset()),
    "padded": ({"price": " 007.50\u00a0", "Category": "\u200bELECTRONICS ", "unit": "box"}, frozenset()),
    "of several lines": ({"product_name": 'a "big"\r\nlamp, = red'}, frozenset()),
    "without a price": ({"price": " "}, frozenset({"MISSING_REQUIRED_FIELDS"})),
    "of a wrong price": ({"price": "-1"}, frozenset({"INVALID_PRICE"})),
    "of a wrong stock": ({"stock quantity": "1.5"}, frozenset({"INVALID_STOCK_QUANTITY"})),
    "of a wrong category": ({"Category": "=Elektronik"}, frozenset({"INVALID_CATEGORY"})),
    "of a wrong weight": ({"weight_kg": "heavy"}, frozenset({"INVALID_VALUE"})),
    "too long": ({"unit": "x" * 21}, frozenset({"FIELD_LENGTH_EXCEEDED"})),
    "broken": ({}, frozenset({"MALFORMED_ROW"})),
    "with a cell too many": ({}, frozenset({"MALFORMED_ROW"})),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row to write: its kind, and its keys."""

    kind: str
    sku: int
    product: int


CHANGES = {
    "price": ("19.99", "019.99", "9.99", " ", "-1"),
    "stock quantity": ("5", "005", "7", ""),
    "unit": ("box", "[clear]", ""),
    "weight_kg": ("0.25", "0.250", "1", "[CLEAR]", ""),
    "listing status": ("withdrawn", "active", ""),
}
"""Cells of files that change products. The first of each, and those equal to it, are often there already."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A row of a file that changes products: its keys, and the cells of its other columns."""

    sku: int
    product: int
    cells: Mapping[str, str]


class Way(NamedTuple):
    """The decisions of a file that changes products, and its key columns."""

    decisions: Decisions
    keys: Collection[str]


WAYS_TO_CHANGE = (
    Way(Decisions(UploadMode.UPSERT), HEADER[:2]),
    Way(Decisions(UploadMode.UPDATE), HEADER[:2]),
    Way(Decisions(UploadMode.UPDATE), HEADER[:1]),
    Way(Decisions(UploadMode.UPDATE, BlankCells.CLEAR), HEADER[1:2]),
)


def file_of(lines: Sequence[Line], *, run: str, marker: str) -> File:
    """A file with these rows. Files of a run share keys; every product's name contains the marker."""
    has_damage = any(line.kind == "broken" for line in lines)
    kinds = ["padded" if has_damage and line.kind == "of several lines" else line.kind for line in lines]
    rows = [_csv_of(line, kind, run, marker) for line, kind in zip(lines, kinds, strict=True)]
    wrong = {row: KINDS[kind][1] for row, kind in enumerate(kinds, 1)}
    damaged = frozenset(row for row, kind in enumerate(kinds, 1) if kind == "broken")
    return File("".join([",".join(HEADER) + "\n", *rows]).encode(), Expectations(damaged=damaged, wrong=wrong))


def file_of_changes(
    lines: Sequence[ChangeLine], decisions: Decisions, *, keys: Collection[str], run: str, marker: str
) -> File:
    """A file with these rows and key columns, in mode `upsert` with all columns that it needs."""
    columns = [column for column in HEADER if column in keys or any(column in line.cells for line in lines)]
    if decisions.mode == UploadMode.UPSERT:
        columns = [*HEADER[:6], *(column for column in columns if column not in HEADER[:6])]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, "listing status"], restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for line in lines:
        common = {"product_name": f"Thing {marker}", "Category": "Electronics"} | _keys(line.sku, line.product, run)
        writer.writerow(common | dict(line.cells))
    wrong = {
        row: frozenset({"INVALID_PRICE"} if line.cells.get("price") == "-1" else ())
        for row, line in enumerate(lines, 1)
    }
    return File(text.getvalue().encode(), Expectations(wrong=wrong))


def _keys(sku: int, product: int, run: str) -> dict[str, str]:
    return {"SKU": f"S{run}-{sku}", "Vendor Product-ID": f"00P{run}-{product}"}


def corrected(fix_file: bytes, delimiter: str) -> File:
    """A fix file as a vendor sends it back, with every row corrected that has the right number of cells."""
    rows = [row for row in report_rows(fix_file, delimiter) if None not in row]
    better = {"price": "9.99", "stock quantity": "1", "Category": "Electronics", "weight_kg": "", "unit": ""}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows[0] if rows else [*HEADER, "_row", "_errors", "_upload"])
    for row in rows:
        cells = {column: better.get(column, cell) for column, cell in row.items()}
        writer.writerow({**cells, "_row": row["_row"].removesuffix("?")}.values())
    return File(text.getvalue().encode("utf-8-sig"))


def refused_files(run: str) -> dict[str, File]:
    """Files that fail as a whole."""
    contents: Iterable[tuple[str, bytes]] = {
        "empty": b"",
        "without rows": (",".join(HEADER) + "\n").encode(),
        "of another kind": b"PK\x03\x04" + run.encode(),
        "without columns": b"a,b\n1,2\n",
    }.items()
    return {name: File(content, Expectations(wrong={})) for name, content in contents}


def _csv_of(line: Line, kind: str, run: str, marker: str) -> str:
    cells = {
        **_keys(line.sku, line.product, run),
        "product_name": f"Thing {marker}",
        "Category": "Electronics",
        "price": "19.99",
        "stock quantity": "5",
        "unit": "",
        "weight_kg": "0.25",
        "Note": "'-kept",
    } | KINDS[kind][0]
    if kind == "broken":
        return f'{cells["SKU"]},{cells["Vendor Product-ID"]},"bro"ken,Electronics,1,1,,,\n'
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow([*cells.values(), *(["more"] if "too many" in kind else [])])
    return text.getvalue()
