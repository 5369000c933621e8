"""The synonym table: each phrase means one column, and the headers of real shops find theirs."""

import pytest

from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, column_of
from pipeline.domain.header_matching import synonym_of
from pipeline.domain.header_names import name_with_number_sign, normalize_header
from pipeline.domain.synonyms.table import TABLE, synonyms
from tests.unit.shop_headers import meanings_of_shop_headers

MEANINGS = meanings_of_shop_headers()
LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "ja"}


def meanings_of(header: str) -> set[str]:
    """What a header means, however it is spelled."""
    name = normalize_header(clean(header))
    return {meaning for other in MEANINGS if normalize_header(clean(other)) == name for meaning in MEANINGS[other]}


def test_a_phrase_means_one_column() -> None:
    columns: dict[str, set[str]] = {}
    for column, phrases in synonyms().items():
        for phrase in phrases:
            columns.setdefault(name_with_number_sign(phrase), set()).add(column)
    assert {name: meant for name, meant in columns.items() if len(meant) > 1} == {}


def test_no_phrase_is_the_name_of_a_column() -> None:
    assert [phrase for phrases in synonyms().values() for phrase in phrases if column_of(phrase)] == []


def test_every_column_but_the_status_is_known_in_every_language() -> None:
    assert set(TABLE) == COLUMNS.keys() - {"listing_status"}
    assert [column for column, languages in TABLE.items() if not languages.keys() >= LANGUAGES] == []


def test_every_phrase_is_found() -> None:
    lost = [phrase for column, phrases in synonyms().items() for phrase in phrases if synonym_of(phrase) != column]
    assert lost == []


@pytest.mark.parametrize("header", MEANINGS)
def test_a_header_of_a_shop_finds_its_column_or_none(header: str) -> None:
    column = column_of(header) or synonym_of(header)
    assert column is None or column in meanings_of(header)
    assert not column or column_of(header) or "" not in meanings_of(header)


def test_most_headers_of_shops_are_found() -> None:
    meant = [header for header, meanings in MEANINGS.items() if meanings != {""}]
    found = [header for header in meant if column_of(header) or synonym_of(header)]
    assert len(found) > 0.75 * len(meant)


@pytest.mark.parametrize(
    "header",
    [
        *["ID", "Size", "Code", "Ref", "Number", "Type", "Options", "Barcode", "EAN", "GTIN", "UPC", "MPN", "Handle"],
        *[
            "Cost",
            "Cost price",
            "Einkaufspreis",
            "EK",
            "Prix d'achat",
            "Prix HT",
            "Preis netto",
            "Unit price",
            "Sale price",
        ],
        *["Price per kg", "Grundpreis", "Tax", "MwSt", "Min stock", "Mindestbestand", "Max stock", "Reorder level"],
        *[
            "Low stock",
            "Availability",
            "In stock",
            "Weight (mg)",
            "Variant Weight",
            "Masse",
        ],
        *["Price (kg)", "Preis (netto)", "Stock (kg)", "Name (English)", "Product type", "List price", "Masse"],
    ],
)
def test_what_may_mean_several_things_is_no_synonym(header: str) -> None:
    assert synonym_of(header) is None


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("ARTIKELNUMMER *", "sku"),
        ("Référence", "sku"),
        ("reference produit", "sku"),
        ("Stock #", "sku"),
        ("Stock:", "stock_quantity"),
        ("Gewicht (kg)", "weight_kg"),
        ("Prix TTC (EUR)", "price"),
        ("Bestand (Stück)", "stock_quantity"),
        ("商品名（必須）", "product_name"),
        ("Catégories (x,y,z...)", "category"),
        ("Precio\nde  venta", "price"),
    ],
)
def test_a_synonym_is_compared_as_a_name_is(header: str, column: str) -> None:
    assert synonym_of(header) == column
