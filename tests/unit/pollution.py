"""The kinds of pollution of a published benchmark (Pollock), rebuilt over one sound file of product orders.

Each polluted file differs from the sound one in one thing: a character of one row, or how the file is written.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = [
    "vendor_product_id",
    "product_name",
    "category",
    "sku",
    "price",
    "stock_quantity",
    "brand",
    "description",
    "image_url",
]
_DESCRIPTIONS = (
    "Sturdy, light and quiet",
    'The "silent" model',
    "Two lines:\nfirst, second",
    "Plain words",
    "",
    '3.5" disk; with case',
    "Ünïcode, naïve façade",
)
ROWS = [
    [
        f"P-{n:03}",
        f"Mouse {n}" if n % 3 else f"Mouse, big {n}",
        "Electronics",
        f"SKU-{n:03}",
        f"{n}.99",
        str(n * 3),
        "Acme" if n % 2 else "",
        _DESCRIPTIONS[n % len(_DESCRIPTIONS)],
        f"https://img.example.com/{n}.jpg",
    ]
    for n in range(1, 22)
]


@dataclass(frozen=True, slots=True)
class Polluted:
    """A polluted file; `row` is the index of the row that was changed, None if the whole file is rewritten."""

    kind: str
    content: bytes
    row: int | None = None


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n", quote: str = '"') -> list[str]:
    """Each row as text with its line end."""
    texts = []
    for row in rows:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, quotechar=quote, lineterminator="\r\n").writerow(row)
        texts.append(text.getvalue().removesuffix("\r\n") + end)
    return texts


SOUND = "".join(written([COLUMNS, *ROWS]))


def polluted_rows() -> Iterator[Polluted]:
    """One row is polluted: at every cell, in every way."""
    texts = written([COLUMNS, *ROWS])
    for number in range(1, len(texts)):
        for kind, text in _ways(ROWS[number - 1], texts[number]):
            yield Polluted(kind, "".join([*texts[:number], text, *texts[number + 1 :]]).encode(), number - 1)


def _ways(row: list[str], text: str) -> Iterator[tuple[str, str]]:
    cells = [_quoted(cell, ",") for cell in row]
    for at, cell in enumerate(cells):
        before, after = cells[:at], cells[at + 1 :]
        yield "a quote before a cell", ",".join([*before, '"' + cell, *after]) + "\r\n"
        yield "a quote behind a cell", ",".join([*before, cell + '"', *after]) + "\r\n"
        yield "a quote inside a cell", ",".join([*before, cell[:2] + '"' + cell[2:], *after]) + "\r\n"
        yield "a delimiter more", ",".join([*before, cell, "", *after]) + "\r\n"
        yield "another delimiter behind a cell", _with_mark(cells, at, ";") + "\r\n"
        yield "a delimiter of two characters", _with_mark(cells, at, ", ") + "\r\n"
        yield "no delimiter behind a cell", _with_mark(cells, at, "") + "\r\n"
        yield "a line end behind a cell", _with_mark(cells, at, "\n") + "\r\n"
        yield "no cell", ",".join([*before, *after]) + "\r\n"
        if cell.startswith('"'):
            yield "no quotes", ",".join([*before, cell[1:-1], *after]) + "\r\n"
            yield "no opening quote", ",".join([*before, cell[1:], *after]) + "\r\n"
            yield "no closing quote", ",".join([*before, cell[:-1], *after]) + "\r\n"
            yield "other quotes", ",".join([*before, f"'{cell[1:-1]}'", *after]) + "\r\n"
        if '""' in cell:
            yield "quotes not doubled", ",".join([*before, cell.replace('""', '"'), *after]) + "\r\n"
            yield "a backslash before quotes", ",".join([*before, cell.replace('""', '\\"'), *after]) + "\r\n"
    yield "no line end", text.removesuffix("\r\n")
    yield "another line end", text.removesuffix("\r\n") + "\n"


def _quoted(cell: str, delimiter: str) -> str:
    """A cell as it is written in a row: quoted if it must be."""
    return written([[cell]], delimiter[0], end="")[0] if cell else ""


def _with_mark(cells: list[str], at: int, mark: str) -> str:
    if at == len(cells) - 1:
        return ",".join(cells)
    return ",".join([*cells[:at], cells[at] + mark + cells[at + 1], *cells[at + 2 :]])


def polluted_files() -> Iterator[Polluted]:
    """The file as a whole is written in another way."""
    rows = [COLUMNS, *ROWS]
    for delimiter in (",", ";", "\t", "|", " ", ":", "^", ", ", ",,"):
        texts = [delimiter.join(_quoted(cell, delimiter) for cell in row) for row in rows]
        yield Polluted(f"delimiter {delimiter!r}", "\r\n".join([*texts, ""]).encode())
    for end in ("\n", "\r", "\r\n", "\n\r", "\r\r\n", "\x1e", "\u2028"):
        yield Polluted(f"line end {end!r}", "".join(written(rows, end=end)).encode())
    yield Polluted("quote '", "".join(written(rows, quote="'")).encode())
    yield Polluted("backslash before quotes", SOUND.replace('""', '\\"').encode())
    yield Polluted("no header", "".join(written(ROWS)).encode())
    yield Polluted("header twice", "".join(written([COLUMNS, *rows])).encode())
    yield Polluted("title above", ("Orders of 2026\r\n\r\n" + SOUND).encode())
    yield Polluted("title of all columns above", ("Orders" + "," * 8 + "\r\n" + SOUND).encode())
    yield Polluted("footer", (SOUND + "21 products\r\n").encode())
    for table in ("a,b\r\n1,2\r\n", "x" + ",y" * 8 + "\r\n" + "1" + ",2" * 8 + "\r\n", "x" + ",y" * 12 + "\r\n"):
        yield Polluted(f"a second table of {table.split()[0]}", (SOUND + table).encode())
    for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"):
        yield Polluted(f"encoding {name}", SOUND.encode(name))
    yield Polluted("no line end at the end", SOUND.removesuffix("\r\n").encode())
    yield Polluted("two line ends at the end", (SOUND + "\r\n").encode())
    yield Polluted("header only", SOUND[: SOUND.index("\r\n") + 2].encode())
    yield Polluted("nothing", b"")
