"""What is proposed for a file that lacks required columns: never a wrong key, price or stock."""

from collections.abc import Sequence

import pytest

from pipeline.checking.categories import AnyCategory
from pipeline.checking.proposals.propose import propose_columns
from pipeline.checking.survey import staged_records
from pipeline.domain.columns import REQUIRED
from pipeline.domain.decisions import NO_DECISIONS
from pipeline.domain.failures import Limits
from pipeline.domain.header_matching import match_header
from pipeline.domain.proposals import HeaderProposal
from tests.unit.files import source
from tests.unit.platform_exports import EXPORTS, Export
from tests.unit.proposing import CRITICAL, doubles, following, header_of, proposal_for, proposed, refused, surveyed
from tests.unit.shop_headers import meanings_of_shop_headers


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_the_export_of_a_platform_is_understood(export: Export) -> None:
    proposal = proposal_for(export.content)
    assert (proposed(proposal), doubles(proposal)) == (export.meant, export.doubles)
    assert [each.header for each in proposal.columns] == export.header.split("|")


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_a_file_is_accepted_once_its_mapping_follows_the_proposal(export: Export) -> None:
    result = surveyed(export.content, following(proposal_for(export.content)))
    records = list(staged_records(source(export.content.encode()), result, Limits()))
    assert len(records) == len(export.rows)
    for column in REQUIRED:
        assert all(staged.record[column] for staged in records)


def test_of_the_headers_of_shops_none_is_proposed_wrongly() -> None:
    meanings = meanings_of_shop_headers()
    right: list[str] = []
    wrong: list[str] = []
    for header, meant in meanings.items():
        columns = match_header([header])
        (proposal,) = propose_columns(columns, [], NO_DECISIONS, AnyCategory()).columns
        if not columns[0].column and proposal.column:
            (right if proposal.column in meant else wrong).append(header)
    assert (len(right), wrong) == (5, [])


def test_every_header_is_told_with_its_column_and_three_of_its_cells_on_a_line() -> None:
    content = 'SKU,Name,Colour\nS1,"Oak\nspoon",\nS2,,red\nS3,Cup,\nS4,Bowl,\nS5,' + "x" * 99 + ",\n"
    first, second, third = proposal_for(content).columns
    assert first == HeaderProposal("SKU", ("S1", "S2", "S3"), "sku", 1.0)
    assert second == HeaderProposal("Name", ("Oak spoon", "Cup", "Bowl"), "product_name", 1.0)
    assert third == HeaderProposal("Colour", ("red",), None, 0.0)


NAMED = "Name,Category,{}\n"
NUMBERS = ["11", "7", "25", "4", "130"]
AMOUNTS = ["11.50", "7.90", "25.00", "4.25", "130.99"]
CODES = ["AB-1", "AB-2", "AB-5", "AC-9", "AX-3"]
EANS = ["4006381333931", "4012345678901", "5901234123457", "8711253001202", "9780306406157"]


def with_column(header: str, cells: Sequence[str]) -> str:
    rows = [f"Oak spoon {at},Home,{cell}\n" for at, cell in enumerate(cells)]
    return NAMED.format(header) + "".join(rows)


DATES = ["05.01.26", "11.02.26", "30.03.26", "01.04.26", "09.05.26"]
NO_KEYS_PRICES_OR_STOCKS = {
    "Barcode|EAN|EAN13|GTIN|UPC|ISBN|Strichcode|Code-barres|JANコード|Zzz": EANS,
    "Cost price|Cost|EK|EK netto|Einkaufspreis|Purchase price|Wholesale price|Prix d'achat|Costo": AMOUNTS,
    "Inkoopprijs|supply_price|Cost per item|Preis Händler|Custo|Koszt": AMOUNTS,
    "Цена закупки|Alış fiyatı|仕入価格|Zzz": AMOUNTS,
    "Price (excl. tax)|Price ex VAT|Preis netto|Prix HT|Net price|Preis exkl. MwSt.": AMOUNTS,
    "price_net|Cena bez DPH|税抜価格": AMOUNTS,
    "Sale price|Special price|Promo price|Price per kg|Grundpreis|Shipping price|Deposit|Tier price": AMOUNTS,
    "Compare-at price|RRP|UVP|Old price|Retail price": AMOUNTS,
    "VAT rate|Discount %|Margin|Rating|Length|Width (cm)|Volume": AMOUNTS,
    "Grams|Variant Grams|Weight (g)|Gewicht in g|Weight value (grams)|Net weight": NUMBERS,
    "Category ID|Brand ID|Tax ID|Supplier ID|Parent ID|Image ID|Manufacturer ID|tax_class_id": NUMBERS,
    "Qty per pack|Pack size|Units per case|MOQ|Min stock|Mindestbestand|Reorder level|Low stock amount": NUMBERS,
    "Backorders|Order quantity|Incoming qty|Reserved stock|Mindestbestellmenge|out_of_stock_qty|Max qty": NUMBERS,
    "Parent SKU|Parent|Supplier SKU|Related SKUs|Upsells|Option1 Value|Attribute 1 value(s)|url_key": CODES,
    "Bin location|MPN|Tax code|HS code|Zzz": CODES,
    "Handle|Slug|URL handle": ["oak-spoon", "oak-spoon", "ash-cup", "ash-cup", "elm-bowl"],
    "Created|Last update|Date|Code date|Zzz": [f"2026-01-{day}" for day in ("05", "11", "13", "20", "29")],
    "Created at|Zzz": ["20260105", "20260211", "20260330", "20260401", "20260509"],
    "Datum|Zzz": DATES,
    "Year|Baujahr|Zzz": ["2019", "2020", "2021", "2025", "2026"],
    "Phone|Hotline|Zzz": [f"+49 30 12345{at}" for at in (0, 3, 4, 7, 9)],
    "Phone|Fax|Hotline|Zzz": [f"030-12345{at}" for at in (0, 3, 4, 7, 9)],
    "Active|In stock?|Available|Published|Availability|Zzz": ["0", "1", "1", "0", "1"],
    "Availability|In stock|Zzz": ["yes", "no", "yes", "yes", "no"],
    "Position|Sort order|Pos|Zzz": ["1", "2", "3", "4", "5"],
    "Availability|Code|Available|Unit price|List price|Stock Berlin|Zzz": [""] * 5,
    "Product URL|Link|E-mail|Zzz": [f"https://shop.example/{at}" for at in range(5)],
}


@pytest.mark.parametrize(("headers", "cells"), NO_KEYS_PRICES_OR_STOCKS.items())
def test_what_only_looks_like_a_key_a_price_or_a_stock_is_proposed_as_none(headers: str, cells: Sequence[str]) -> None:
    for header in headers.split("|"):
        each = header_of(with_column(header, cells), header)
        assert each.confidence == 1 or each.column not in CRITICAL, each


@pytest.mark.parametrize("cells", [EANS, DATES, ["0", "1", "1", "0", "1"], ["2019", "2020", "2021", "2025", "2026"]])
def test_nor_in_a_file_of_unknown_words(cells: Sequence[str]) -> None:
    content = "Zzz,Yyy\n" + "".join(f"{cell},Oak spoon {at}\n" for at, cell in enumerate(cells))
    assert CRITICAL.isdisjoint(proposed(proposal_for(content)))


def test_among_unknown_words_two_columns_of_codes_or_amounts_are_left_to_the_vendor() -> None:
    content = "Aa,Bb,Cc,Dd\n" + "".join(f"P-{at},S-{at * 7},{at}.50,{at}.99\n" for at in range(1, 9))
    assert proposed(proposal_for(content)) == {}
    assert [each.alternatives[0] for each in proposal_for(content).columns] == ["sku", "sku", "price", "price"]


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("SKU/Code intern", CODES, "sku"),
        ("ID", NUMBERS, "vendor_product_id"),
        ("Code", CODES, "sku"),
        ("Nr.", NUMBERS, "sku"),
        ("Price / Germany", AMOUNTS, "price"),
        ("Preis (inkl. USt)", ["11,50 €", "7,90 €", "1.025,00 €", "4,25 €", "130,99 €"], "price"),
        ("List price", AMOUNTS, "price"),
        ("Unit price", AMOUNTS, "price"),
        ("Stock Berlin", NUMBERS, "stock_quantity"),
        ("Beginning Qty", NUMBERS, "stock_quantity"),
        ("Available", NUMBERS, "stock_quantity"),
        ("stock_quantitty", NUMBERS, "stock_quantity"),
        ("Additional image", [f"https://shop.example/{at}.jpg" for at in range(5)], "image_url"),
        ("Zzz", [f"https://shop.example/{at}.png" for at in range(5)], "image_url"),
        ("Text", ["A long text about a spoon, which is carved by hand from old oak. " * 2] * 5, "description"),
        ("Zzz", ["10 x 20 x 5", "1x2x3", "4 × 5", "7,5x3x2 cm", "12*12*1"], "dimensions_cm"),
        ("Zzz", ["pcs", "kg", "pcs", "set", "pcs"], "unit"),
    ],
)  # fmt: skip
def test_a_header_is_understood_by_its_name_and_its_cells(header: str, cells: Sequence[str], column: str) -> None:
    assert header_of(with_column(header, [f'"{cell}"' for cell in cells]), header).column == column


def test_of_two_prices_that_are_equally_likely_neither_is_proposed() -> None:
    content = "Artikel-ID,Preis,VK brutto\n" + "".join(f"P{at},{at}.50,{at}.90\n" for at in range(1, 6))
    proposal = proposal_for(content)
    assert [each.column for each in proposal.columns[1:]] == [None, None]
    assert [each.alternatives for each in proposal.columns[1:]] == [("price",), ("price",)]


def test_a_list_price_beside_a_standard_price_means_what_the_platform_does() -> None:
    rows = "".join(f"AB-{at},Oak spoon {at},{at}.50,{at}.10\n" for at in range(1, 6))
    assert "price" not in proposed(proposal_for("item_sku,item_name,list_price,standard_price\n" + rows))
    assert proposed(proposal_for("default_code,name,list_price,standard_price\n" + rows)) == {"price": "list_price"}


@pytest.mark.parametrize("header", ["Weight (mg)", "Weight kg (g)", "Gewicht in t", "Poids lb (oz)"])
def test_a_weight_whose_unit_is_not_clear_is_proposed_as_none(header: str) -> None:
    assert header_of(with_column(header, NUMBERS), header).column is None


@pytest.mark.parametrize("header", ["Weight (g)", "Gewicht in g", "Poids lb"])
def test_a_weight_in_another_unit_is_known_by_its_name(header: str) -> None:
    assert header_of(with_column(header, NUMBERS), header).column == "weight_kg"


def test_two_headers_never_claim_one_column() -> None:
    content = "Image A,Image B,Image C\n" + "".join(f"https://a.example/{at}.jpg,x,\n" for at in range(5))
    assert [each.column for each in proposal_for(content).columns] == ["image_url", None, None]


def test_a_second_number_of_an_article_is_its_id() -> None:
    content = "Artikelnummer;Bezeichnung;Warengruppe;SKU;Preis;Bestand\n" + "".join(
        f"A-{at};Löffel {at};Home;HX-{at};4.50;1{at}\n" for at in range(4)
    )
    proposal = proposal_for(content)
    assert (proposed(proposal), proposal.stand_ins) == ({"vendor_product_id": "Artikelnummer"}, ())
    assert 'vendor_product_id (did you mean "Artikelnummer"?)' in refused(content).message
