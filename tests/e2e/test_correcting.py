"""From a broken file to a complete catalogue, with nothing to go by but what the reports say.

The vendor here has never seen the product. They know their own goods (what a lamp is called, which SKUs are free in
their books), and for the rest do what a suggestion or a message says, word by word.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from tests.stack import Stack, csv_of, sound_rows, tag

HEADER = [
    "vendor_product_id", "product_name", "category", "sku", "price", "compare_at_price", "stock_quantity", "unit",
    "weight_kg", "image_url", "description",
]  # fmt: skip
LABELS = {name.replace("_", " ").lower(): name for name in HEADER} | {"vendor product id": "vendor_product_id"}
MOST_ROUNDS = 4
Row = dict[str, str]


@dataclass
class Vendor:
    """Corrects by suggestions and messages alone."""

    run: str
    fresh: "count[int]" = field(default_factory=lambda: count(1000))

    def own(self, column: str) -> str:
        """What only the vendor knows: a value of a product of their own."""
        number = next(self.fresh)
        defaults = {"product_name": "Lamp", "category": "Books", "price": "5.00", "stock_quantity": "5"}
        return defaults.get(column, f"{column[0].upper()}{self.run}-{number}")

    def correct(self, row: Row, error: Row) -> None:
        """Does what one line of the error report says."""
        fields = error["Field"].split(",")
        if error["Suggestion"]:
            row[fields[0]] = error["Suggestion"]
        elif error["Field"]:
            for column in fields:
                row[column] = self.by_message(column, row[column], error["Message"])
        else:
            self.write_anew(row, error["Message"])

    def by_message(self, column: str, cell: str, message: str) -> str:
        match = re.search(r"must be at (?:least|most) ([\d.]+)$|, such as ([\d.]+)(?:;|$)", message)
        if match:
            return match[match.lastindex or 0]
        if longest := re.search(r"must have at most (\d+) characters; it has \d+$", message):
            return cell[: int(longest[1])]
        if hidden := re.search(r"must not contain invisible control characters; it has U\+([0-9A-F]{4})$", message):
            return cell.replace(chr(int(hidden[1], 16)), "")
        if re.search(
            r"must be unique; .* has the same one$|must not be empty$|must be one of the marketplace's", message
        ):
            return self.own(column)
        if re.search(r"must be one web address that starts with http:// or https://", message):
            return "https://" + re.sub(r"[\s,]", "", cell)
        raise AssertionError(f"nobody could tell what to do: {message}")

    def write_anew(self, row: Row, message: str) -> None:
        """A row that is not a row: typed in again, as the vendor's own books have it."""
        assert re.search(
            r"^(The quotes in|Text follows a closing quote in|There is a backslash before a quote in) the cell under"
            r"|^Every quote is doubled: write one quote at each end of a cell|^The whole line is in quotes"
            r"|^The row has \d+ cells, but the header has \d+: put quotes around a cell that contains the delimiter"
            r"|^The row ends after \d+ of \d+ cells, before \w+",
            message,
        ), message
        row |= {column: self.own(column) for column in HEADER[:5]} | dict.fromkeys(HEADER[5:], "")
        row |= {"compare_at_price": "", "stock_quantity": "5"}


def broken_file(run: str, taken_keys: Row) -> tuple[bytes, int]:
    """Rows with every kind of error that a file can have, some with several, among sound ones."""
    sound: Row = {"product_name": "Lamp", "category": "Books", "price": "5.00", "stock_quantity": "5"}
    wrong: list[Row] = [
        {"product_name": ""},
        {"product_name": "", "price": "", "sku": "", "category": ""},
        {"price": "1’299.00"},
        {"price": "-10.00"},
        {"price": "1000000", "compare_at_price": "free"},
        {"compare_at_price": "“19.90”"},
        {"stock_quantity": "10.0"},
        {"stock_quantity": "-3"},
        {"stock_quantity": "1000001"},
        {"stock_quantity": "a few"},
        {"unit": "piece of a set of seven"},
        {"product_name": "n" * 300, "description": "d" * 10_001},
        {"category": "Elektronics"},
        {"category": "Spaceships"},
        {"category": "Clothing > Hoodies"},
        {"weight_kg": "0,5 kg"},
        {"weight_kg": "heavy"},
        {"image_url": "https://a.example/1.png, https://a.example/2.png"},
        {"image_url": "www.a.example/1.png"},
        {"product_name": "Aria\x07 Black"},
        {"description": "It\x92s " + "long " * 50},
        {"sku": f"S{run}-1"},  # of a row above
        {"vendor_product_id": f"P{run}-2"},
        {"sku": taken_keys["own_sku"], "vendor_product_id": taken_keys["own_id"]},
        {"sku": taken_keys["foreign_sku"]},
        {"sku": f"S{run}-3", "price": "0", "category": "Toys and Games", "weight_kg": "x", "image_url": "a b"},
    ]
    keys = [{"vendor_product_id": f"Q{run}-{n}", "sku": f"T{run}-{n}"} for n in range(len(wrong))]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sound | {"vendor_product_id": f"P{run}-{n}", "sku": f"S{run}-{n}"} for n in (1, 2, 3))
    writer.writerows(sound | key | cells for key, cells in zip(keys, wrong, strict=True))
    malformed = [
        f'M{run}-1,"broken"quote,Books,U{run}-1,5.00,,5,,,,',
        f"M{run}-2,Lamp, big,Books,U{run}-2,5.00,,5,,,,",
        f"M{run}-3,Lamp",
    ]
    content = text.getvalue() + "\n".join(malformed) + "\n"
    return content.encode(), 3 + len(wrong) + len(malformed)


def rows_of(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def corrected(vendor: Vendor, fix_file: bytes, report: bytes) -> bytes:
    rows = {row["_row"].removesuffix("?"): row for row in rows_of(fix_file)}
    for number, row in rows.items():
        row["_row"] = number  # its cells are looked at
        row.pop(None, None)  # type: ignore[call-overload]  # cells beyond the header
    for error in rows_of(report):
        vendor.correct(rows[error["Row"]], error)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, next(iter(rows.values())))
    writer.writeheader()
    writer.writerows(rows.values())
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def run() -> str:
    return tag()


@pytest.fixture(scope="module")
def uploads(stack: Stack, run: str) -> list[dict[str, Any]]:
    """The broken file and its corrections, each sent and ended, until one is accepted whole."""
    stack.ended(stack.send(csv_of(sound_rows(1, f"own{run}")))["upload_id"])
    stack.ended(stack.send(csv_of(sound_rows(1, f"foreign{run}")), vendor="VEND002")["upload_id"], vendor="VEND002")
    taken_keys = {"own_sku": f"Sown{run}-1", "own_id": f"Pown{run}-1", "foreign_sku": f"Sforeign{run}-1"}
    content, _ = broken_file(run, taken_keys)
    vendor = Vendor(run)
    ended: list[dict[str, Any]] = []
    while len(ended) < MOST_ROUNDS:
        ended.append(stack.ended(stack.send(content, file_name=f"round {len(ended)}.csv")["upload_id"]))
        if ended[-1]["status"] == "completed":
            break
        links = ended[-1]["links"]
        content = corrected(
            vendor, stack.download(links["fix_file"]).content, stack.download(links["error_report"]).content
        )
    return ended


def test_the_file_has_every_kind_of_error_that_a_file_can_have(uploads: list[dict[str, Any]]) -> None:
    """All but PROCESSING_ERROR: that is our fault, and no file can bring it about."""
    assert set(uploads[0]["errors_by_type"]) == {
        "MISSING_REQUIRED_FIELDS", "INVALID_PRICE", "INVALID_STOCK_QUANTITY", "FIELD_LENGTH_EXCEEDED",
        "INVALID_CATEGORY", "DUPLICATE_SKU", "DUPLICATE_VENDOR_PRODUCT_ID", "INVALID_VALUE", "MALFORMED_ROW",
    }  # fmt: skip


def test_doing_what_the_reports_say_completes_the_catalogue(
    stack: Stack, uploads: list[dict[str, Any]], run: str
) -> None:
    assert uploads[-1]["status"] == "completed"
    _, total = broken_file(run, {"own_sku": "", "own_id": "", "foreign_sku": ""})
    products = [product for upload in uploads for product in stack.products(upload_id=upload["upload_id"])]
    assert (uploads[0]["total_records"], len(products)) == (total, total)


def test_one_round_of_corrections_is_enough(stack: Stack, uploads: list[dict[str, Any]]) -> None:
    """Every error of every row was told at once, and what was suggested was right."""
    assert [upload["status"] for upload in uploads] == ["partial", "completed"], [
        (error["row_number"], error["error_message"], error["value"]) for error in stack.errors(uploads[1]["upload_id"])
    ]


def test_the_first_upload_shows_that_all_of_it_is_corrected(stack: Stack, uploads: list[dict[str, Any]]) -> None:
    with stack.api() as api:
        first = api.get(f"/v1/uploads/{uploads[0]['upload_id']}").json()
    assert (first["error_records"], first["corrected_records"]) == (29, 29)
    assert uploads[1]["parent_upload_id"] == first["upload_id"]
