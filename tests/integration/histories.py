"""Random histories of uploads over existing products of one vendor, and the catalogue that a plain model gives.

The model shares no code of values or order with the product: it processes the uploads one by one, in their order.
"""

import csv
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.domain.decisions import BlankCells, Decisions, OptionalValues, UploadMode
from pipeline.domain.guards import GuardCode
from tests.stored_values import EMPTY, REQUIRED, Value, created_values, given_values

Cells = dict[str, str]
Catalogue = dict[str, dict[str, Value]]
"""The values of products by vendor product id, and then by column."""

WRITTEN: dict[str, tuple[str, ...]] = {
    "product_name": ("Lamp", "Lamp 2", " Lamp"),
    "category": ("Electronics", "electronics", "Clothing"),
    "price": ("12.5", "12.50", "012.50", "9.90", "20"),
    "stock_quantity": ("0", "5", "005", "6"),
    "brand": ("Acme", "Bolt", "[clear]"),
    "compare_at_price": ("20", "20.00", "0", "[clear]", "30"),
    "unit": ("box", "piece", "[Clear]"),
    "weight_kg": ("1.5", "1.500", "2", "[clear]"),
    "description": ("Bright, and quiet", "Quiet\nand bright"),
    "listing_status": ("active", "withdrawn"),
}
"""Cells that are equal in canonical form now and then, by column."""


@dataclass(frozen=True)
class SentUpload:
    """One upload. `corrects` is the position of the upload behind which it stands, if it is a late correction."""

    mode: str
    blank_cells: str
    dry_run: bool
    corrects: int | None
    columns: tuple[str, ...]
    rows: Sequence[Cells]
    optional_values: str = "reject"

    @property
    def content(self) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue().encode()

    @property
    def decisions(self) -> Decisions:
        mode, optional_values = UploadMode(self.mode), OptionalValues(self.optional_values)
        return Decisions(mode, BlankCells(self.blank_cells), optional_values=optional_values, accept=tuple(GuardCode))


@dataclass(frozen=True)
class History:
    """Existing products, and uploads over them in the order of their announcement."""

    keys: Mapping[str, str]
    """The SKU of each product, by its vendor product id."""
    created: SentUpload
    uploads: Sequence[SentUpload] = field(default_factory=list)

    def in_order(self) -> list[int]:
        """The positions of the uploads: each correction is behind what it corrects and earlier corrections of that."""
        return [
            each for top in range(len(self.uploads)) if self.uploads[top].corrects is None for each in self._tree(top)
        ]

    def _tree(self, position: int) -> list[int]:
        corrections = (n for n, upload in enumerate(self.uploads) if upload.corrects == position)
        return [position, *(each for child in corrections for each in self._tree(child))]


def random_history(chance: random.Random, run: str, *, products: int, uploads: int) -> History:
    keys = {f"P{run}-{n}": f"S{run}-{n}" for n in range(products)}
    columns = tuple(column for column in WRITTEN if column in REQUIRED or chance.random() < 0.5)
    rows = [_key_cells(own_id, sku) | _cells(chance, columns, REQUIRED) for own_id, sku in keys.items()]
    rows = [{c: "" if cell.lower() == "[clear]" else cell for c, cell in row.items()} for row in rows]
    created = SentUpload("create", "keep", False, None, ("vendor_product_id", "sku", *columns), rows)
    return History(keys, created, [_random_upload(chance, keys, position) for position in range(uploads)])


def _key_cells(own_id: str, sku: str) -> Cells:
    return {"vendor_product_id": own_id, "sku": sku}


def _cells(chance: random.Random, columns: Sequence[str], filled: Sequence[str] = ()) -> Cells:
    return {
        column: chance.choice(WRITTEN[column])
        if column in filled or chance.random() < 0.75
        else chance.choice(["", " "])
        for column in columns
    }


def _random_upload(chance: random.Random, keys: Mapping[str, str], position: int) -> SentUpload:
    mode = chance.choice(["upsert", "update", "update"])
    key_columns: tuple[str, ...] = ("vendor_product_id", "sku")
    if mode == "update":
        key_columns = chance.choice([("vendor_product_id",), ("sku",), key_columns])
    optional = [column for column in WRITTEN if mode == "update" or column not in REQUIRED]
    columns = chance.sample(optional, chance.randint(1, 5))
    columns += REQUIRED if mode == "upsert" else ()
    all_columns = [*key_columns, *columns]
    chance.shuffle(all_columns)
    named = [own_id for own_id in keys if chance.random() < 0.75] or list(keys)
    named += [own_id for own_id in keys if chance.random() < 0.1]
    chance.shuffle(named)
    rows = [_random_row(chance, own_id, keys[own_id], key_columns, columns) for own_id in named]
    corrects = chance.randrange(position) if position and chance.random() < 0.35 else None
    blank_cells = chance.choice(["keep", "keep", "clear"])
    optional_values = chance.choice(["reject", "leave_out"])
    is_dry = chance.random() < 0.1
    return SentUpload(mode, blank_cells, is_dry, corrects, tuple(all_columns), rows, optional_values)


def _random_row(
    chance: random.Random, own_id: str, sku: str, key_columns: Sequence[str], columns: Sequence[str]
) -> Cells:
    row = {column: cell for column, cell in _key_cells(own_id, sku).items() if column in key_columns}
    row |= _cells(chance, columns)
    if len(key_columns) == 2 and chance.random() < 0.1:
        row["sku"] = chance.choice(["", f"{sku}-other"])
    if "price" in columns and chance.random() < 0.08:
        row["price"] = chance.choice(["-1", "[clear]"])
    if "weight_kg" in columns and chance.random() < 0.1:
        row["weight_kg"] = "heavy"
    return row


def catalogue_of(history: History) -> Catalogue:
    """The catalogue before the first of the uploads."""
    stored: Catalogue = {}
    for row in history.created.rows:
        values = EMPTY | created_values({column: cell.strip() for column, cell in row.items()})
        stored[row["vendor_product_id"]] = {column: values[column] for column in WRITTEN}
    return stored


def catalogue_after(history: History) -> Catalogue:
    """The catalogue that processing the uploads one by one gives, in the order in which they stand."""
    stored = catalogue_of(history)
    for position in history.in_order():
        if not history.uploads[position].dry_run:
            _process(history.uploads[position], history.keys, stored)
    return stored


def _process(upload: SentUpload, keys: Mapping[str, str], stored: Catalogue) -> None:
    id_of = {sku: own_id for own_id, sku in keys.items()}
    seen: set[str] = set()
    for row in upload.rows:
        own_id = row["vendor_product_id"] if "vendor_product_id" in row else id_of[row["sku"]]
        is_left_out = row.get("weight_kg") == "heavy"
        if row.get("price") == "-1" or (is_left_out and upload.optional_values == "reject"):
            continue  # rejected, and does not even hold its key
        is_first = own_id not in seen
        seen.add(own_id)
        is_sku_changed = "vendor_product_id" in row and row.get("sku", "") not in {"", keys[own_id]}
        if is_first and not is_sku_changed and row.get("price") != "[clear]":
            cells = {column: cell.strip() for column, cell in row.items() if cell != "heavy"}
            stored[own_id] |= given_values(cells, clears_blanks=upload.blank_cells == "clear")
