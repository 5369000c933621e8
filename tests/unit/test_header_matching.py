"""How header cells find their columns: by mapping, as remembered, by exact name, then by a synonym."""

from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import Any

import pytest

from pipeline.checking.survey import Survey, survey
from pipeline.domain.columns import Column, stored_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.domain.header_matching import ambiguous_columns, match_header
from pipeline.domain.layout import Layout
from pipeline.domain.records import Row
from tests.unit.files import CATEGORIES, failure_of, records_of, source, surveyed

GERMAN = "Artikel-ID;Artikelbezeichnung;Warengruppe;Artikelnummer;VK brutto;Bestand"
PRODUCT = "P-1;Maus;Electronics;SKU-1;19.99;5"


def matched(cells: Sequence[str], **decisions: Any) -> list[tuple[str | None, str | None]]:
    remembered = [
        {"header": header, "columns": [column] if column else []}
        for header, column in decisions.pop("remembered", {}).items()
    ]
    columns = match_header(cells, Decisions.of(decisions, remembered))
    return [(column.column, column.matched_by) for column in columns]


def warnings_of(content: str) -> list[tuple[str, str]]:
    return [(warning.code, warning.message) for warning in surveyed(content).warnings]


def surveyed_with(content: str, **decisions: Any) -> Survey:
    return survey(
        source(content.encode()), CATEGORIES, Limits(), scratch=TemporaryFile, decisions=Decisions.of(decisions)
    )


def test_a_mapping_precedes_what_is_remembered_and_that_an_exact_name_and_that_a_synonym() -> None:
    cells = ["Mine", "Yours", "sku", "Artikelnummer"]
    none = (None, None)
    remembered = {"Yours": "sku"}
    assert matched(cells, mapping={"sku": "mine"}, remembered=remembered) == [("sku", "mapping"), none, none, none]
    assert matched(cells, remembered=remembered) == [none, ("sku", "remembered"), none, none]
    assert matched(cells) == [none, none, ("sku", "exact"), none]
    assert matched([*cells[:2], cells[3]]) == [none, none, ("sku", "synonym")]


def test_of_two_headers_remembered_for_one_column_the_newest_is_used() -> None:
    cells = ["Alt", "Neu"]
    assert matched(cells, remembered={"Neu": "sku", "Alt": "sku"}) == [(None, None), ("sku", "remembered")]
    assert matched(cells[:1], remembered={"Neu": "sku", "Alt": "sku"}) == [("sku", "remembered")]


def test_a_remembered_header_may_serve_two_columns() -> None:
    remembered = [{"header": "Nr", "columns": ["vendor_product_id", "sku"]}]
    (column,) = match_header(["NR."[:2]], Decisions.of({}, remembered))
    assert column.columns == ("vendor_product_id", "sku")


@pytest.mark.parametrize(
    "decisions", [{"mapping": {"vendor_product_id": "SKU"}}, {"remembered": {"SKU": "vendor_product_id"}}]
)
def test_a_header_mapped_to_one_key_and_named_as_the_other_serves_both(decisions: Any) -> None:
    remembered = [{"header": header, "columns": [each]} for header, each in decisions.pop("remembered", {}).items()]
    column, other = match_header(["SKU", "Name"], Decisions.of(decisions, remembered))
    assert column.columns == ("vendor_product_id", "sku")
    assert other.column == "product_name"


def test_it_serves_one_where_another_header_is_the_other_key() -> None:
    assert matched(["SKU", "Artikelnummer"], mapping={"vendor_product_id": "SKU"}) == [
        ("vendor_product_id", "mapping"),
        ("sku", "synonym"),
    ]
    assert matched(["Price"], mapping={"compare_at_price": "Price"}) == [("compare_at_price", "mapping")]


@pytest.mark.parametrize(
    ("header", "mapped", "is_found_so"),
    [
        ("Gewicht", {"header": "Gewicht", "unit": "g"}, True),
        ("Gewicht (g)", {"header": "Gewicht", "unit": "g"}, True),
        ("Gewicht (kg)", {"header": "Gewicht", "unit": "g"}, False),
        ("Gewicht (kg)", {"header": "Gewicht (kg)", "unit": "g"}, True),
    ],
)
def test_a_unit_that_was_decided_does_not_hold_for_a_header_that_says_another(
    header: str, mapped: dict[str, str], is_found_so: bool
) -> None:
    (column,) = match_header([header], Decisions.of({"mapping": {"weight_kg": mapped}}))
    assert (column.matched_by, column.unit) == (("mapping", "g") if is_found_so else ("synonym", None))
    remembered = [{"header": mapped["header"], "columns": ["weight_kg"], "unit": mapped["unit"]}]
    assert match_header([header], Decisions.of({}, remembered))[0].unit == column.unit


@pytest.mark.parametrize("unit", ["Item Weight Unit Of Measure", "Weight unit", "Gewicht Einheit", "Unité de poids"])
def test_weights_whose_unit_is_in_another_column_are_not_read_as_kilograms(unit: str) -> None:
    assert matched(["Item Weight", unit])[0] == (None, None)
    assert matched(["Weight (g)", unit])[0] == ("weight_kg", "synonym")
    assert matched(["Item Weight"])[0] == ("weight_kg", "synonym")


def test_a_unit_in_a_bracket_may_be_joined_by_a_word() -> None:
    (column,) = match_header(["Poids (en g)"])
    assert (column.column, column.unit) == ("weight_kg", "g")


def test_what_the_mapping_names_and_the_file_lacks_is_told() -> None:
    content = "vendor_product_id,product_name,category,sku,price,stock_quantity\nP-1,Maus,Electronics,S-1,9,1"
    (warning,) = surveyed_with(content, mapping={"price": "Net Price"}).warnings
    assert warning.message == 'The mapping names "Net Price" for price, which is no header of this file.'


def test_a_header_that_is_not_to_be_used_is_named_where_its_column_is_missing() -> None:
    content = "vendor_product_id,product_name,category,sku,price,stock_quantity\nP-1,Maus,Electronics,S-1,9,1"
    with pytest.raises(UnacceptableFile) as refused:
        surveyed_with(content, not_used=["price"])
    assert 'Not used, as was decided or remembered: "price".' in refused.value.failure.message


def test_two_synonyms_for_one_column_are_both_left_out() -> None:
    columns = match_header(["Preis", "Prix TTC", "Bestand"])
    assert [column.column for column in columns] == [None, None, "stock_quantity"]
    assert ambiguous_columns(columns) == {"price": ["Preis", "Prix TTC"]}


def test_synonyms_of_a_column_that_is_found_are_not_ambiguous() -> None:
    assert ambiguous_columns(match_header(["price", "Preis", "Prix TTC"])) == {}


def test_two_exact_names_are_both_matched() -> None:
    assert matched(["sku", "S-K-U"]) == [("sku", "exact")] * 2


def test_one_header_serves_two_columns_by_mapping() -> None:
    mapping = {"sku": "Bestell-Nr.", "vendor_product_id": "Bestell-Nr."}
    (column,) = match_header(["BESTELL NR."], Decisions.of({"mapping": mapping}))
    assert (column.columns, column.matched_by) == (("vendor_product_id", "sku"), "mapping")


def test_a_mapped_header_serves_no_other_column() -> None:
    assert matched(["sku", "id"], mapping={"vendor_product_id": "sku"}) == [
        ("vendor_product_id", "mapping"),
        (None, None),
    ]


def test_a_header_that_is_not_used_is_ignored_even_if_its_name_is_ours() -> None:
    assert matched(["price", "Preis"], not_used=["PRICE"]) == [(None, "mapping"), ("price", "synonym")]
    assert matched(["Preis"], remembered={"preis": None}) == [(None, "remembered")]


def test_a_mapping_to_a_header_that_is_not_there_is_ignored() -> None:
    assert matched(["price"], mapping={"price": "VK"}) == [("price", "exact")]


def test_a_mapping_means_the_header_that_is_spelled_most_alike() -> None:
    cells = ["vk", "VK", "VK (EUR)"]
    assert matched(cells, mapping={"price": "VK"})[1] == ("price", "mapping")
    assert matched(cells[2:], mapping={"price": "vk"}) == [("price", "mapping")]
    assert matched(["VK"], mapping={"price": "VK (EUR)"}) == [("price", "mapping")]
    assert matched(["VK (USD)"], mapping={"price": "VK (EUR)"}) == [(None, None)]
    assert matched(["VK (kg)"], mapping={"price": "vk"}) == [(None, None)]


@pytest.mark.parametrize("header", ["Weight (mg)", "Gewicht in t", "Weight kg (g)", "weight_kg (lb)", "Netto (g/kg)"])
def test_weights_whose_unit_is_not_read_or_not_clear_are_not_read(header: str) -> None:
    assert matched([header], mapping={"weight_kg": header}) == [(None, None)]
    assert matched([header], remembered={header: "weight_kg"}) == [(None, None)]
    assert matched([header], mapping={"weight_kg": {"header": header, "unit": "kg"}}) == [("weight_kg", "mapping")]


def test_decisions_are_read_as_they_were_stored() -> None:
    stored = {
        "mapping": {"sku": "Nr", "weight_kg": {"header": "Gewicht", "unit": "kg"}},
        "not_used": ["Farbe"],
        "optional_values": "leave_out",
        "encoding": "windows-1250",
        "sheet": "Preise",
    }
    assert {name: Decisions.of(stored).as_json()[name] for name in stored} == stored


def test_what_is_remembered_is_no_decision_about_one_upload() -> None:
    decisions = Decisions.of({}, [{"header": "Preis", "columns": ["price"], "unit": None}])
    assert decisions.remembered[0].columns == ("price",)
    assert "remembered" not in decisions.as_json()


def test_a_header_that_an_older_version_stored_was_matched_by_name() -> None:
    stored: list[dict[str, Any]] = [{"header": "SKU", "column": "sku"}, {"header": "Colour", "column": None}]
    assert [column.matched_by for column in stored_header(stored)] == ["exact", None]


def test_a_record_has_the_cell_of_a_header_in_each_of_its_columns() -> None:
    columns = (
        Column("No", "vendor_product_id", also=("sku",)),
        Column("Colour", None),
        Column("price", "price"),
    )
    record = Layout(columns).record(Row(1, 2, 2, [" A-1 ", "red", "1"]))
    assert record.values == {"vendor_product_id": "A-1", "sku": "A-1", "price": "1"}
    assert Layout(columns).record(Row(1, 2, 2, ["A-1"])).values == {"vendor_product_id": "A-1", "sku": "A-1"}


def test_a_file_is_read_by_synonyms_with_a_warning_that_names_them() -> None:
    (staged,) = records_of(f"Preisliste 2026;;;\n{GERMAN};Farbe\n{PRODUCT};rot\n")
    assert (staged.record["vendor_product_id"], staged.record["price"]) == ("P-1", "19.99")
    message = (
        'Columns read by their usual names: "Artikel-ID" as vendor_product_id, "Artikelbezeichnung" as product_name,'
        ' "Warengruppe" as category, "Artikelnummer" as sku, "VK brutto" as price, "Bestand" as stock_quantity.'
    )
    assert warnings_of(f"{GERMAN};Farbe\n{PRODUCT};rot\n") == [
        ("COLUMN_MAPPED", message),
        ("UNKNOWN_COLUMN", 'Column "Farbe" is not used.'),
    ]


def test_an_ambiguous_optional_column_is_a_warning() -> None:
    content = f"{GERMAN};Marke;Hersteller\n{PRODUCT};a;b\n"
    message = (
        'Several columns may mean brand, so none of them is used: "Marke", "Hersteller". Name the right one brand.'
    )
    assert warnings_of(content)[1:] == [("AMBIGUOUS_COLUMN", message)]


def test_an_ambiguous_required_column_is_missing_and_the_message_says_why() -> None:
    failure = failure_of(f"{GERMAN};Preis\n{PRODUCT};21.50\n")
    assert failure.code == "MISSING_COLUMNS"
    assert 'missing from it: price (did you mean "VK brutto" or "Preis"?).' in failure.message


def test_of_several_headers_for_a_column_the_one_with_fitting_cells_is_named() -> None:
    message = failure_of(f"{GERMAN};Preis\n{PRODUCT};on demand\n").message
    assert 'missing from it: price (did you mean "VK brutto"?).' in message


def test_several_exact_names_of_a_column_are_a_failure_whatever_else_means_it() -> None:
    assert failure_of(f"{GERMAN};price;PRICE\n{PRODUCT};1;2\n").code == "DUPLICATE_COLUMNS"


def test_a_file_is_read_by_its_mapping() -> None:
    content = "Bestell-Nr.;Bezeichnung;Warengruppe;VK;Bestand;Lieferzeit\nA-1;Maus;Electronics;19.99;5;3 Tage\n"
    mapping = {"sku": "Bestell-Nr.", "vendor_product_id": "Bestell-Nr.", "price": "vk"}
    result = surveyed_with(content, mapping=mapping, not_used=["Lieferzeit"])
    assert [warning.code for warning in result.warnings] == ["COLUMN_MAPPED"]
    assert (result.total_records, bytes(result.earlier.marks)) == (1, b"\0\0")


def test_a_failure_names_the_mapped_headers_that_the_file_lacks() -> None:
    with pytest.raises(UnacceptableFile) as raised:
        surveyed_with("name;price\na;1\n", mapping={"sku": "Bestell-Nr."})
    assert 'The header does not have what the mapping names: "Bestell-Nr.".' in raised.value.failure.message


def test_the_delimiter_is_the_one_that_finds_most_synonyms() -> None:
    assert surveyed(f"{GERMAN};a,sku\n{PRODUCT};b\n").format.delimiter == ";"


def test_very_many_equal_headers_are_all_ambiguous() -> None:
    columns = match_header(["Preis"] * 10_000)
    assert len(ambiguous_columns(columns)["price"]) == 10_000
