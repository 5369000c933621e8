"""The files of exports: one table, as CSV or as a workbook, that comes back exactly as it is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from pipeline.domain.cells import spreadsheet_safe
from pipeline.domain.columns import EXPORT_MARK
from pipeline.domain.exports import MAX_WORKBOOK_PRODUCTS
from pipeline.domain.stored_products import Value, as_stored_text
from pipeline.outcome.reports import csv_blocks
from pipeline.outcome.workbooks import WorkbookRow, write_workbook

_NUMBERS = {"price", "compare_at_price", "stock_quantity", "weight_kg"}


class TooManyProducts(Exception):
    """A sheet of a workbook has fewer rows than the catalogue has products."""


def export_lines(products: Iterable[Sequence[Value]], columns: Sequence[str], export_id: str) -> Iterator[list[str]]:
    """The cells of each product, whose values are in the order of `columns`, as the catalogue has them."""
    for product in products:
        texts = (as_stored_text(column, value) for column, value in zip(columns, product, strict=True))
        yield [*(text or "" for text in texts), export_id]


def csv_export(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    return csv_blocks([*columns, EXPORT_MARK], lines, ",")


def write_workbook_export(
    file: BinaryIO, columns: Sequence[str], lines: Iterable[Sequence[str]], categories: Sequence[str]
) -> None:
    """Raises TooManyProducts."""
    rows = (WorkbookRow(list(map(spreadsheet_safe, line))) for line in _within_a_sheet(lines))
    numbers = [at for at, column in enumerate(columns) if column in _NUMBERS]
    category_at = columns.index("category") if "category" in columns else None
    header = [*columns, EXPORT_MARK]
    write_workbook(file, header, rows, category_at=category_at, categories=categories, numbers=numbers)


def _within_a_sheet(lines: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    for number, line in enumerate(lines):
        if number == MAX_WORKBOOK_PRODUCTS:
            raise TooManyProducts
        yield line
