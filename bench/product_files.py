"""Writes product files of any length, as vendors' software does: without errors, or with a fault every so many rows."""

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.domain.columns import COLUMNS

HEADER = tuple(column for column in COLUMNS if column != "listing_status")  # which few files have
STYLES = ("plain", "some quoted", "one cell quoted", "all quoted")
_FAULTS = (
    {"price": "-19.99"},
    {"category": "Elektronics"},
    {"stock_quantity": "12 pcs"},
    {"product_name": ""},
    {"sku": "SKU-{tag}0000001"},  # the first row's
    {"price": "19,99", "weight_kg": "0,25 kg"},
)


def write_products(
    path: Path, rows: int, style: str = "plain", *, tag: str = "", faulty_every: int | None = None
) -> None:
    """Writes a file with every usual column and rows of about 220 bytes. `tag` is part of every SKU."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = (
            csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            if style == "all quoted"
            else csv.writer(file, lineterminator="\n")
        )
        writer.writerow(HEADER)
        for n, cells in enumerate(
            product_rows(rows, {"one cell quoted": 1, "some quoted": 5}.get(style), tag), start=1
        ):
            if faulty_every and n % faulty_every == 0:
                _spoil(cells, n // faulty_every, tag)
            writer.writerow(cells.values())


def write_price_list(path: Path, rows: int, *, tag: str, faulty_every: int) -> None:
    """Writes a file with new prices and stock for the products of `write_products`, by SKU."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sku", "price", "stock_quantity"))
        for n, cells in enumerate(product_rows(rows, None, tag), start=1):
            price = "-1" if n % faulty_every == 0 else "18.99"
            writer.writerow((cells["sku"], price, str((n + 1) % 1000)))


def _spoil(cells: dict[str, str], n: int, tag: str) -> None:
    cells |= {column: text.format(tag=tag) for column, text in _FAULTS[n % len(_FAULTS)].items()}


def product_rows(count: int, quoted_every: int | None = None, tag: str = "") -> Iterator[dict[str, str]]:
    for n in range(1, count + 1):
        needs_quotes = quoted_every is not None and n % quoted_every == 0
        yield {
            "vendor_product_id": f"P-{tag}{n:07}",
            "product_name": f"Wireless Mouse {n}",
            "category": "Electronics",
            "subcategory": "Mice",
            "description": f"A reliable{',' * needs_quotes} mouse for daily use that lasts for many years",
            "sku": f"SKU-{tag}{n:07}",
            "brand": "Acme",
            "price": "19.99",
            "compare_at_price": "24.99",
            "stock_quantity": str(n % 1000),
            "unit": "piece",
            "weight_kg": "0.250",
            "dimensions_cm": "10x20x30",
            "image_url": f"https://img.example.com/products/{n}.jpg",
        }
