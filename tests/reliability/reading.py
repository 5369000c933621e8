"""A second reader of product files, with Python's `csv` and the documented cleaning, to compare the product with.

It shares no code with the product. It reads files whose quoting is sound; a record that a test damaged on purpose
stands on one line, and the test names its row number.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

REQUIRED = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
OPTIONAL = (
    "subcategory", "description", "brand", "compare_at_price", "unit", "weight_kg", "dimensions_cm", "image_url",
    "listing_status",
)  # fmt: skip

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_DAMAGED = "damaged on purpose"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One data row: its cells as received, and the cleaned ones by column."""

    row_number: int
    line: int
    cells: list[str]
    values: dict[str, str]
    is_malformed: bool


def read_file(
    content: bytes, *, delimiter: str, encoding: str = "utf-8", damaged: Collection[int] = ()
) -> list[ReadRow]:
    """Every data row, in order. `damaged` has the rows with broken quoting; such files have one line per record."""
    text = _decoded(content, encoding)
    lines = _csv_rows(_without_damage(text, damaged) if damaged else text, delimiter)
    filled = [(line, cells) for line, cells in lines if any(map(cleaned, cells))]
    if filled and re.fullmatch("sep=.", filled[0][1][0] or "-"):
        filled = filled[1:]
    (_, header), *rows = filled
    columns = [_column(cell) for cell in header]
    is_fix_file = {"_row", "_errors"} <= {cleaned(cell) for cell in header}
    return [
        _read_row(number, line, [_unquoted(cell) for cell in cells] if is_fix_file else cells, columns, damaged)
        for number, (line, cells) in enumerate(rows, 1)
    ]


def cleaned(cell: str) -> str:
    """A cell without white space and invisible characters at its ends."""
    while cell and _comes_off(cell[0]):
        cell = cell[1:]
    while cell and _comes_off(cell[-1]):
        cell = cell[:-1]
    return cell


def report_rows(content: bytes, delimiter: str) -> list[dict[str, str]]:
    """A report or fix file as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def _comes_off(character: str) -> bool:
    # Python treats four separators of ASCII as white space; Unicode does not.
    return character in _INVISIBLE or (character.isspace() and not "\x1c" <= character <= "\x1f")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(encoding)


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begin = 1
    for cells in reader:
        yield begin, cells
        begin = reader.line_num + 1


def _without_damage(text: str, damaged: Collection[int]) -> str:
    """The lines, with harmless text in place of the damaged ones."""
    lines, row_number = text.split("\n"), -1  # the header is no row
    for i, line in enumerate(lines):
        row_number += bool(cleaned(line))
        if row_number in damaged and cleaned(line):
            lines[i] = _DAMAGED
    return "\n".join(lines)


def _column(header: str) -> str | None:
    folded = re.sub(r"[\s_-]+", "", cleaned(header).casefold())
    return next((column for column in REQUIRED + OPTIONAL if column.replace("_", "") == folded), None)


def _unquoted(cell: str) -> str:
    """A cell of a fix file without the `'` that keeps spreadsheets from running it as a formula."""
    inner = cell.lstrip("'")
    blank = "".join({c for c in inner if _comes_off(c)} - {"\t", "\r"})
    return cell[1:] if inner != cell and inner.lstrip(blank)[:1] in set("=+-@\t\r") else cell


def _read_row(number: int, line: int, cells: list[str], columns: list[str | None], damaged: Collection[int]) -> ReadRow:
    values = {column: cleaned(cell) for column, cell in zip(columns, cells, strict=False) if column}
    is_too_long = any(cleaned(cell) for cell in cells[len(columns) :])
    lacks_required = any(column in REQUIRED for column in columns[len(cells) :])
    return ReadRow(number, line, cells, values, number in damaged or is_too_long or lacks_required)
