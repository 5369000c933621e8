"""Random catalogues and files over them, and what a plain count says that guards find. It shares no code with them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from pipeline.domain.guards import GuardCode
from pipeline.postgres.database import as_json
from tests.integration.offline import Offline
from tests.stack import tag

THRESHOLDS = {"MASS_WITHDRAWAL": 20, "MASS_ZERO_STOCK": 50, "PRICE_CLIFF": 20}
_PRICES = ("10.00", "10", "20.00", "20.01", "5.00", "4.99", "19.99", "", "[clear]", "-1", "free")
_STOCKS = ("0", "00", "5", "7", "", "x", "[clear]")
_WRONG = {"-1", "free", "x", "gone"}
_STATUSES = ("withdrawn", "active", "", "gone")
Row = dict[str, str]


@dataclass
class Product:
    """One product of the vendor, as it is stored before the file."""

    own_id: str
    sku: str
    price: Decimal
    stock: int
    status: str


@dataclass
class Shop:
    """A vendor of its own, with products, and a file that names some of them."""

    vendor_id: str
    products: Sequence[Product]
    mode: UploadMode
    columns: Sequence[str]
    rows: Sequence[Row]
    thresholds: dict[str, int] = field(default_factory=dict)
    comma: bool = False

    @property
    def content(self) -> bytes:
        lines = [";".join(self.columns), *(";".join(self._cell(row, c) for c in self.columns) for row in self.rows)]
        return ("\n".join(lines) + "\n").encode()

    def _cell(self, row: Row, column: str) -> str:
        return row[column].replace(".", ",") if self.comma and column == "price" else row[column]

    @property
    def decisions(self) -> Decisions:
        return Decisions(self.mode, BlankCells.CLEAR, defaults={"stock_quantity": "0", "price": "1.00"})

    def store(self, offline: Offline) -> None:
        values = [(each.own_id, each.sku, each.price, each.stock, each.status) for each in self.products]
        with offline.services.database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO vendors (vendor_id, vendor_name, email, guards) VALUES (%s, 'Shop', 's@example.com', %s)",
                (self.vendor_id, as_json(self.thresholds)),
            )
            cursor.execute(
                """
                INSERT INTO products (vendor_id, product_name, category, vendor_product_id, sku, price, stock_quantity,
                                      status)
                SELECT %s, 'Thing', 'Electronics', * FROM unnest(%s::text[], %s::text[], %s::numeric[], %s::int[],
                                                                 %s::text[])
                """,
                (self.vendor_id, *([list(column) for column in zip(*values, strict=True)] or [[]] * 5)),
            )

    def expected(self) -> list[dict[str, Any]]:
        """What trips, with five examples each."""
        key = "sku" if "vendor_product_id" not in self.columns else "vendor_product_id"
        known = {each.sku if key == "sku" else each.own_id: each for each in self.products}
        pairs: list[tuple[int, Row, Product]] = []
        seen: set[str] = set()
        for number, row in enumerate(self.rows, 1):
            if self._has_a_wrong_value(row):
                continue
            is_first = row[key] not in seen
            seen.add(row[key])
            if is_first and not self._breaks_a_rule(row) and row[key] in known:
                pairs.append((number, row, known[row[key]]))
        active = sum(each.status == "active" for each in self.products)
        in_stock = [each for _, _, each in pairs if each.stock]
        of = {"MASS_WITHDRAWAL": active, "MASS_ZERO_STOCK": len(in_stock), "PRICE_CLIFF": len(pairs)}
        affected = {code: [found for pair in pairs if (found := _example(code, *pair))] for code in of}
        limits = THRESHOLDS | self.thresholds
        return [
            {"code": code, "count": len(examples), "of": of[code], "examples": examples[:5]}
            for code, examples in affected.items()
            if active >= 20 and len(examples) >= 20 and len(examples) / of[code] * 100 > limits[code]
        ]

    def _breaks_a_rule(self, row: Row) -> bool:
        return self._has_a_wrong_value(row) or "[clear]" in row.values()

    def _has_a_wrong_value(self, row: Row) -> bool:
        return not _WRONG.isdisjoint(row.values())


def _example(code: str, number: int, row: Row, product: Product) -> dict[str, Any] | None:
    before, after = "", ""
    if code == "MASS_WITHDRAWAL" and row.get("listing_status") == "withdrawn" and product.status == "active":
        before, after = "active", "withdrawn"
    if code == "MASS_ZERO_STOCK" and row.get("stock_quantity") in {"0", "00"} and product.stock:
        before, after = str(product.stock), "0"
    if code == "PRICE_CLIFF" and row.get("price"):
        price = Decimal(row["price"])
        if price > product.price * 2 or price * 2 < product.price:
            before, after = f"{product.price:.2f}", f"{price:.2f}"
    return {"row_number": number, "sku": product.sku, "before": before, "after": after} if after else None


def random_shop(chance: random.Random) -> Shop:
    run, count = tag(), chance.choice((0, 19, 20, 25, 60, 120))
    products = [
        Product(
            f"P{run}-{n}",
            f"S{run}-{n}",
            Decimal(chance.choice(("10.00", "10.00", "9.99", "40.00"))),
            chance.choice((0, 3, 12)),
            "withdrawn" if chance.random() < 0.1 else "active",
        )
        for n in range(count)
    ]
    mode = chance.choice((UploadMode.UPDATE, UploadMode.UPDATE, UploadMode.UPSERT))
    keys: list[str] = ["vendor_product_id", "sku"]
    values = ["price", "stock_quantity", "listing_status"]
    if mode == UploadMode.UPDATE:
        keys = chance.choice((["sku"], ["vendor_product_id"], keys))
        values = chance.sample(values, chance.randint(1, 3))
    columns = [*keys, *values, *(("product_name", "category") if mode == UploadMode.UPSERT else ())]
    chance.shuffle(columns)
    rows = [_random_row(chance, each) for each in products if chance.random() < 0.9]
    rows += [_random_row(chance, chance.choice(products)) for _ in range(chance.randint(0, 8)) if products]
    rows += [_random_row(chance, Product(f"N{run}-{n}", f"N{run}-{n}", Decimal(1), 1, "active")) for n in range(3)]
    rows = [{column: row[column] for column in columns} for row in rows]
    mood = chance.choice((None, None, ("stock_quantity", "0"), ("listing_status", "withdrawn"), ("price", "20.01")))
    for row in rows:
        if mood and mood[0] in columns and chance.random() < 0.9:
            row[mood[0]] = mood[1]
    chance.shuffle(rows)
    own = {code: chance.choice((0, 10, 33, 90, 100)) for code in GuardCode if chance.random() < 0.3}
    return Shop(
        f"V{run}",
        products,
        mode,
        columns,
        rows,
        {str(code): percent for code, percent in own.items()},
        comma=chance.random() < 0.3,
    )


def _random_row(chance: random.Random, product: Product) -> Row:
    return {
        "vendor_product_id": product.own_id,
        "sku": product.sku,
        "product_name": "Thing",
        "category": "Electronics",
        "price": chance.choice(_PRICES) if chance.random() < 0.4 else "10.00",
        "stock_quantity": chance.choice(_STOCKS) if chance.random() < 0.4 else "5",
        "listing_status": chance.choice(_STATUSES) if chance.random() < 0.3 else "",
    }
