"""A file whose quoting is sound is read as it stands, whatever its texts are like and its columns' order is."""

import csv
import io
import random
from pathlib import Path

import pytest

from pipeline.domain.columns import REQUIRED
from pipeline.domain.failures import Failure
from tests.unit.files import failure_of, rows_or_failure

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
ENCODINGS = {"eccube-shift-jis.csv": "cp932"}
TEXTS = (
    "A mug.\nSizes: S, M, L, XL, 2XL, 3XL, 4XL, 5XL, 6XL, 7XL\nDishwasher safe.",
    "A table:\n36,37,38,39,40,41\n36,37,38,39,40,41\nin centimetres",
    "Colours: red, blue\n1, 2, 3, 4, 5, 6, 7, 8, 9",
    "Prices, with tax, 19.99, 5\n\n5 pcs, 3 kg, 19.99, red, blue, 12\n",
    "one, two, three, four, five, six\nseven, eight, nine, 10, 11, 12\nthirteen, fourteen, 15, 16, 17",
    '<p class="a, b">\n<a href="https://x.example/?a=1,2">x</a>,\n</p>',
)
OPTIONAL = ("description", "brand", "unit")


def written(columns: list[str], rows: list[list[str]], delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([columns, *rows])
    return text.getvalue()


def permuted(columns: list[str], rows: list[list[str]], seed: int) -> tuple[list[str], list[list[str]]]:
    order = random.Random(seed).sample(range(len(columns)), len(columns))  # noqa: S311
    return [columns[at] for at in order], [[row[at] for at in order] for row in rows]


def cells_read(content: str) -> list[list[str]] | Failure:
    rows = rows_or_failure(content)
    return rows if isinstance(rows, Failure) else [row.cells for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_of_many_lines_and_cells_is_read_in_any_order_of_columns(text: str, delimiter: str) -> None:
    text = text.replace(", ", f"{delimiter} ").replace(",", delimiter)
    columns = [*REQUIRED, *OPTIONAL]
    cells = {"product_name": "Mug", "category": "Electronics", "price": "19.99", "stock_quantity": "5"}
    rows = [
        [(cells | {"vendor_product_id": f"P-{n}", "sku": f"S-{n}", "description": text}).get(c, "") for c in columns]
        for n in range(3)
    ]
    for seed in range(60):
        header, body = permuted(columns, rows, seed)
        assert cells_read(written(header, body, delimiter)) == body, (seed, header)


def test_a_line_within_a_text_that_is_a_record_without_errors_fails_the_file() -> None:
    header = ",".join(REQUIRED)
    hidden = "P-3,Mug,Electronics,S-3,19.99,5"
    failure = failure_of(f'{header}\nP-1,"A text\n{hidden}\nand more",Electronics,S-1,1,1\n')
    assert (failure.code, failure.line) == ("UNCLOSED_QUOTE", 2)
    assert "line 3 looks like a product" in failure.message
    assert cells_read(f'{header}\nP-1,"A text\n{hidden.replace("Electronics", "Mugs")}\nx",Electronics,S-1,1,1\n') == [
        ["P-1", "A text\nP-3,Mug,Mugs,S-3,19.99,5\nx", "Electronics", "S-1", "1", "1"]
    ]


if SHARED.exists():

    @pytest.mark.parametrize("path", sorted(SHARED.glob("*.csv")), ids=lambda path: path.name)
    def test_a_shops_file_is_read_in_any_order_of_columns(path: Path) -> None:
        text = path.read_bytes().decode(ENCODINGS.get(path.name, "utf-8-sig"))
        delimiter = max(",;", key=text.partition("\n")[0].count)
        (header, *rows) = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [row for row in rows if len(row) == len(header) and any(cell.strip() for cell in row)]
        columns = [*REQUIRED, "description", *(f"their {name}" for name in header[7:])][: len(header)]
        refused = 0
        for seed in range(12):
            ours, theirs = permuted(columns, rows, seed)
            for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
                result = cells_read(written(ours, theirs, delimiter, quoting))
                refused += isinstance(result, Failure)
                assert isinstance(result, Failure) or result == theirs, seed
        print(f"{path.name}: 24 orders, {refused} refused")
        assert not refused
