"""Exports that a spreadsheet has opened and saved again say nothing, whatever the products hold."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from pipeline.checking.exported import judge_exported
from pipeline.checking.products import given_values
from pipeline.checking.survey import staged_records, survey
from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.failures import Limits
from pipeline.domain.stored_products import StoredProduct, Value
from pipeline.outcome.exports import csv_export, export_lines, write_workbook_export
from tests.e2e.spreadsheet import Spreadsheet, csv_format
from tests.unit.files import CATEGORIES, source, stored_product

PRODUCTS = 400
EXPORT = "EXPORT_20261201_101112_abcdefgh"
UPSERT = Decisions(UploadMode.UPSERT)
_TEXTS = [
    *("=1+1", "'=1+1", "'", "''x", "-5", "+49 30 1234", "@home", "007", "1e5", "1E400", "2026-12-01", "1/2", "TRUE"),
    *("a,b;c", 'a "b" c', '"', "line\nbreak", "one\r\ntwo", "tab\tstop", "#N/A", "#REF!", "日本語", "مرحبا", "e\u0301"),
    *("👩‍🚀", "[clear]", "=cmd|' /C calc'!A0", "_x000D_", "_x0041_", "<b>&amp;</b>", "0.10", "1,299"),
    *("\u200fright", "a\u00a0b", "…", "NULL", "sep=;", "%", "€ 5", "=\"7\"", "10-12", "1:30"),
    *("12345678901234567890", "x" * 10_000),
]  # fmt: skip


def products() -> Iterator[StoredProduct]:
    chance = random.Random(5)  # noqa: S311
    for n in range(PRODUCTS):
        text = _TEXTS[n % len(_TEXTS)]
        one_line = clean(" ".join(text.split()))[:80] or "x"
        yield stored_product(
            product_id=n,
            own_id=f"{one_line}{n}",
            sku=f"{n:05}",
            product_name=clean(text)[:200],
            category=chance.choice(["Electronics", "Retired, long ago"]),
            description=clean(text) or None,
            brand=chance.choice([None, one_line]),
            subcategory=chance.choice([None, "007"]),
            price=Decimal(chance.randint(1, 10**8)) / 100,
            compare_at_price=chance.choice([None, Decimal("20.00")]),
            stock_quantity=chance.randint(0, 10**6),
            weight_kg=chance.choice([None, Decimal("1.299"), Decimal("0.500")]),
            listing_status=chance.choice(["active", "withdrawn"]),
        )


def lines() -> Iterator[list[str]]:
    def values(product: StoredProduct) -> list[Value]:
        keys: dict[str, Value] = {"vendor_product_id": product.vendor_product_id, "sku": product.sku}
        return [keys[column] if column in keys else product.values[column] for column in COLUMNS]

    return export_lines(map(values, products()), list(COLUMNS), EXPORT)


def said_of(content: bytes) -> list[tuple[str, object]]:
    """What the rows of a file say of the products, or what is wrong with them."""
    result = survey(source(content), CATEGORIES, Limits(), scratch=TemporaryFile, decisions=UPSERT)
    assert result.total_records == PRODUCTS
    known = {product.vendor_product_id: product for product in products()}
    said: list[tuple[str, object]] = []
    for staged in staged_records(source(content), result, Limits()):
        product = known[staged.record["vendor_product_id"]]
        judged = judge_exported(staged, product, result.format.layout, CATEGORIES)
        if judged.errors or (given := given_values(judged.staged.record, CATEGORIES)):
            said.append((product.vendor_product_id, judged.errors or given))
    return said


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "products.csv"
    path.write_bytes(b"".join(csv_export(list(COLUMNS), lines())))
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "products.xlsx"
    with path.open("wb") as file:
        write_workbook_export(file, list(COLUMNS), lines(), ["Electronics", "Clothing"])
    return path


def test_files_as_they_were_written(csv_file: Path, workbook: Path) -> None:
    assert said_of(csv_file.read_bytes()) == []
    assert said_of(workbook.read_bytes()) == []


def test_a_workbook_that_was_opened_and_saved(workbook: Path, tmp_path: Path) -> None:
    assert said_of(Spreadsheet(tmp_path).convert(workbook, "xlsx").read_bytes()) == []


def test_a_csv_file_that_was_opened_as_text_and_saved(csv_file: Path, tmp_path: Path) -> None:
    office = Spreadsheet(tmp_path)
    for to in ("xlsx", csv_format()):
        assert said_of(office.open(csv_file, as_text=True, to=to).read_bytes()) == []
