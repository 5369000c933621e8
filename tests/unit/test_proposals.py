"""What is proposed for a file that lacks required columns: never a wrong key, price or stock."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from tempfile import TemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.categories import AnyCategory
from pipeline.checking.proposals.propose import propose_columns
from pipeline.checking.rules import Categories
from pipeline.checking.survey import Survey, staged_records, survey
from pipeline.domain.columns import REQUIRED
from pipeline.domain.decisions import NO_DECISIONS, Decisions, MappedHeader, UploadMode
from pipeline.domain.failures import Failure, Limits, UnacceptableFile
from pipeline.domain.header_matching import match_header
from pipeline.domain.proposals import HeaderProposal, Proposal
from tests.unit.files import source
from tests.unit.platform_exports import EXPORTS, Export
from tests.unit.shop_headers import meanings_of_shop_headers

CATEGORIES = Categories(["Home", "Clothing", "Electronics"])
CRITICAL = {"vendor_product_id", "sku", "price", "stock_quantity"}


def surveyed(content: str, decisions: Decisions = NO_DECISIONS, categories: Categories = CATEGORIES) -> Survey:
    return survey(source(content.encode()), categories, Limits(), scratch=TemporaryFile, decisions=decisions)


def refused(content: str, decisions: Decisions = NO_DECISIONS, categories: Categories = CATEGORIES) -> Failure:
    with pytest.raises(UnacceptableFile) as caught:
        surveyed(content, decisions, categories)
    assert caught.value.failure.code == "MISSING_COLUMNS"
    return caught.value.failure


def proposal_for(content: str, decisions: Decisions = NO_DECISIONS, categories: Categories = CATEGORIES) -> Proposal:
    proposal = refused(content, decisions, categories).proposal
    assert proposal is not None
    return proposal


_WORDS = [
    "Ref",
    "Libelle",
    "Cat",
    "PU",
    "Qte",
    "Poids",
    "SKU",
    "Name",
    "Preis",
    "ID",
    "Code",
    "EAN",
    "Stock",
    "x",
    "",
    "価格",
]
_CELLS = [
    "A",
    "",
    "1,5",
    "2",
    "500",
    "Electronics",
    "12.90",
    "0",
    "4006381333931",
    "https://a.example/b.jpg",
    "a b c" * 9,
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9), st.data())
def test_a_proposal_is_made_for_whatever_headers_and_cells(headers: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(st.sampled_from(_CELLS), max_size=len(headers)), max_size=5))
    for mode in UploadMode:
        decisions = Decisions(mode=mode)
        columns = match_header(headers, decisions)
        assert len(propose_columns(columns, rows, decisions, CATEGORIES).columns) >= len(headers)


def proposed(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.header for each in proposal.columns if each.column and each.confidence < 1}


def doubles(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.header for each in proposal.stand_ins if each.header}


def following(proposal: Proposal) -> Decisions:
    """The decisions of a vendor who agrees to all of a proposal."""
    mapping = {each.column: each.header for each in proposal.columns if each.column} | doubles(proposal)
    defaults = {each.column: each.default for each in proposal.stand_ins if each.default}
    return Decisions(mapping={name: MappedHeader(header) for name, header in mapping.items()}, defaults=defaults)


def header_of(content: str, header: str) -> HeaderProposal:
    return next(each for each in proposal_for(content).columns if each.header == header)


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


def test_a_key_stands_in_for_the_other_only_if_it_is_unique() -> None:
    content = "SKU,Name,Category,Price,Stock\nS1,Oak,Home,1,1\n{},Ash,Home,2,2\n"
    assert doubles(proposal_for(content.format("S2"))) == {"vendor_product_id": "SKU"}
    for repeated in ("S1", ""):
        assert doubles(proposal_for(content.format(repeated))) == {}


def test_a_failure_is_read_as_it_was_stored() -> None:
    failure = refused(EXPORTS["Shopify"].content)
    assert Failure.of(json.loads(json.dumps(asdict(failure)))) == failure


def test_a_stock_that_no_header_has_may_be_none() -> None:
    content = "Product ID,Name,Category,SKU,Price\nP1,Oak,Home,S1,1.50\n"
    (stand_in,) = proposal_for(content).stand_ins
    assert (stand_in.column, stand_in.header, stand_in.default) == ("stock_quantity", None, "0")


def test_short_descriptions_can_serve_as_names_and_subcategories_as_categories() -> None:
    content = "Product ID,Description,Subcategory,SKU,Price,Stock\nP1,Oak spoon,Home,S1,1.50,5\n"
    assert doubles(proposal_for(content)) == {"product_name": "Description", "category": "Subcategory"}
    assert doubles(proposal_for(content, categories=AnyCategory())) == {"product_name": "Description"}


def test_nothing_stands_in_where_a_default_was_decided() -> None:
    content = "Product ID,Name,SKU,Price\nP1,Oak,S1,1.50\n"
    decisions = Decisions(defaults={"stock_quantity": "5"})
    assert proposal_for(content, decisions).stand_ins == ()


def test_an_update_is_proposed_a_key_and_needs_no_stand_ins() -> None:
    content = "Code,Price\n" + "".join(f"AB-{at},{at}.50\n" for at in range(1, 6))
    update = Decisions(mode=UploadMode.UPDATE)
    proposal = proposal_for(content, update)
    assert (proposed(proposal), proposal.stand_ins) == ({"sku": "Code"}, ())
    assert 'vendor_product_id or sku (did you mean "Code"?)' in refused(content, update).message
    surveyed(content, replace(following(proposal), mode=UploadMode.UPDATE))


def test_a_file_without_rows_is_understood_by_its_names() -> None:
    assert proposed(proposal_for("ID,Name,Category,SKU,List price,Stock\n")) == {
        "vendor_product_id": "ID",
        "price": "List price",
    }


def test_one_row_of_a_file_in_unknown_words_proves_nothing() -> None:
    proposal = proposal_for("Aa,Bb,Cc,Dd\nAB-1,Oak spoon,4.50,12\n")
    assert CRITICAL.isdisjoint(proposed(proposal))
    assert proposal.columns[0].alternatives[0] == "sku"


def test_headers_that_no_mapping_can_name_are_proposed_nothing() -> None:
    long = "Stock " + "x" * 500
    content = f"Code,Code,,{long}\n" + "".join(f"AB-{at},AC-{at},Home,{at * 3}\n" for at in range(5))
    assert [each.column for each in proposal_for(content).columns] == [None] * 4


def test_a_header_that_is_ignored_by_decision_is_proposed_nothing() -> None:
    decisions = Decisions(not_used=("Code",))
    assert [each.column for each in proposal_for("Code,Name\nAB-1,Oak\nAB-2,Ash\nAB-3,Elm\n", decisions).columns] == [
        None,
        "product_name",
    ]


@pytest.mark.parametrize("content", ["P-1,Oak spoon,Home,S-1,4.50,12\n" * 5, "sku~price~stock\nS1~1.50~5\n"])
def test_nothing_is_proposed_where_no_choice_of_columns_helps(content: str) -> None:
    proposal = proposal_for(content)
    assert [(each.column, each.confidence, each.alternatives) for each in proposal.columns] == [(None, 0.0, ())] * len(
        proposal.columns
    )
    assert (proposal.stand_ins, bool(proposal.columns[0].samples)) == ((), True)


def test_damaged_rows_are_no_samples() -> None:
    content = 'Code,Name\nAB-1,"Oak\n' + "AB-2,Ash\nAB-3,Elm\n"
    assert proposal_for(content).columns[0].samples == ("AB-2", "AB-3")


@pytest.mark.parametrize(
    "content",
    [
        ",".join(f"h{at}" for at in range(500)) + "\n" + (",".join(["x" * 300] * 500) + "\n") * 600,
        ",".join(f"h{at}" for at in range(500)) + "\n" + (",".join(f"{at}.50" for at in range(500)) + "\n") * 600,
        "a,b\n" + 'x,"never closed\n' * 20_000,
        "a,b\n" + "\n" * 1_000_000,
        "a,b\n" + "(" * 200_000 + ",1\n" + "1," * 100_000 + "\n",
        ",".join(["Stock"] * 250 + ["Preis"] * 250) + "\n" + "1," * 499 + "1\n",
    ],
    ids=["many long cells", "many amounts", "open quotes", "blank lines", "long cells", "repeated headers"],
)
def test_a_proposal_takes_a_moment_whatever_the_file_is(content: str) -> None:
    start = time.process_time()
    assert refused(content).proposal is not None
    assert time.process_time() - start < 10
