"""The form for columns: what it opens with, what it reads, what is wrong with it, and what it decides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.portal.column_choices import Choice, Choices, decisions_in, first_choices, problems_with, read_choices
from api.portal.column_form import column_form
from api.portal.file_headers import FileHeader, file_headers
from api.schemas.uploads import Applied
from pipeline.domain.decisions import Decisions, MappedHeader, UploadMode
from pipeline.domain.proposals import HeaderProposal, Proposal, StandIn
from pipeline.domain.uploads import UploadStatus
from pipeline.domain.weights import WeightUnit
from pipeline.postgres.rows import Upload

REQUIRED = {"vendor_product_id": 0, "product_name": 1, "category": 2, "sku": 3, "price": 4, "stock_quantity": 5}


def upload(*columns: dict[str, Any], **fields: Any) -> Upload:
    return Upload(
        upload_id="U",
        file_name="a.csv",
        file_s3_key="k",
        status=UploadStatus.FAILED,
        upload_timestamp=datetime(2026, 11, 30, tzinfo=UTC),
        file_columns=list(columns),
        **fields,
    )


def column(header: str, name: str | None = None, matched_by: str | None = None) -> dict[str, Any]:
    return {"header": header, "column": name, "matched_by": matched_by}


def headers(*columns: dict[str, Any], proposal: Proposal | None = None) -> list[FileHeader]:
    return file_headers(upload(*columns), proposal)


SIX = headers(*(column(name) for name in ("Kennung", "Was", "Gruppe", "Code", "Kosten", "Anzahl")))


def chosen(**changes: Choice) -> Choices:
    return Choices({name: Choice(at) for name, at in REQUIRED.items()} | changes)


def test_headers_that_cannot_be_told_apart_or_have_no_name_cannot_be_chosen() -> None:
    file = headers(*(column(name) for name in ("Farbe", " Farbe", "", " - ", "x" * 501, "_row", "Preis")))
    assert [each.problem is None for each in file] == [False] * 6 + [True]
    assert len({each.name for each in file}) == 7


def test_names_of_headers_are_on_one_line_and_each_is_like_no_other() -> None:
    file = headers(column("a\nb"), column("a b"), column("a b (2)"), column("x" * 300), column("x" * 301))
    names = [each.name for each in file]
    assert names[:2] == ["a b", "a b (2)"]
    assert len(set(names)) == 5
    assert max(map(len, names)) < 130


def test_five_hundred_headers_in_any_script_fit_on_a_page() -> None:
    cells = ("値" * 100,) * 3
    proposal = Proposal(tuple(HeaderProposal(f"{at}商品の名前" * 9, cells, None, 0.0) for at in range(500)))
    file = file_headers(upload(), proposal)
    assert sum(len("".join([each.name, *each.samples]).encode()) for each in file) < 60_000
    assert len({each.name for each in file}) == 500


def test_cells_are_those_of_the_position_not_of_the_name() -> None:
    proposal = Proposal(tuple(HeaderProposal("Farbe", (cell,), None, 0.0) for cell in ("rot", "blau")))
    assert [each.samples for each in headers(column("Farbe"), column("Farbe"), proposal=proposal)] == [
        ("rot",),
        ("blau",),
    ]


def test_the_form_opens_with_what_was_found_then_with_what_is_proposed() -> None:
    proposal = Proposal(
        (HeaderProposal("SKU", (), "sku", 1.0), HeaderProposal("Kosten", ("9,90",), "price", 0.8)),
        (StandIn("vendor_product_id", header="SKU"), StandIn("stock_quantity", default="0")),
    )
    file = headers(column("SKU", "sku", "exact"), column("Kosten"), proposal=proposal)
    choices = first_choices(file, Decisions(), proposal)
    assert choices.of("sku") == Choice(0)
    assert choices.of("price") == Choice(1)
    assert choices.of("vendor_product_id") == Choice(0, shares=True)
    assert choices.of("stock_quantity") == Choice()  # a value for all rows is offered, but never chosen for anybody
    assert choices.remember


def test_the_form_opens_with_what_was_decided_before() -> None:
    decisions = Decisions(
        defaults={"stock_quantity": "7"}, mapping={"weight_kg": MappedHeader("Masse", WeightUnit.GRAM)}
    )
    choices = first_choices(headers(column("Masse", "weight_kg", "mapping")), decisions, None)
    assert (choices.of("weight_kg"), choices.unit) == (Choice(0), "g")
    assert choices.of("stock_quantity").default == "7"


def test_the_form_can_be_sent_as_it_opens_where_a_header_serves_two_columns() -> None:
    file = headers(
        column("Nr", "vendor_product_id", "mapping") | {"also": ["sku"]}, column("Preis", "price", "synonym")
    )
    choices = first_choices(file, Decisions(UploadMode.UPDATE), None)
    assert problems_with(choices, file, Decisions(UploadMode.UPDATE)) == {}
    mapping = decisions_in(choices, file, Decisions(UploadMode.UPDATE))["mapping"]
    assert mapping == {"vendor_product_id": "Nr", "sku": "Nr", "price": "Preis"}


def test_a_header_is_read_by_its_position_or_by_its_name() -> None:
    sent = {"at.sku": "3", "name.price": " Kosten ", "name.category": "Grupe", "default.stock_quantity": " 5 "}
    choices = read_choices(sent | {"shares.sku": "true", "remember": "true"}, SIX)
    assert choices.of("sku") == Choice(3, shares=True)
    assert choices.of("price") == Choice(4)
    assert choices.of("category") == Choice(typed="Grupe")
    assert choices.of("stock_quantity") == Choice(default="5")
    assert (choices.remember, choices.dry_run) == (True, False)


@pytest.mark.parametrize("position", ["6", "-1", "99999999999999999999", "²", "1.0", "x", ""])
def test_a_position_that_the_file_does_not_have_counts_as_nothing_chosen(position: str) -> None:
    assert read_choices({"at.sku": position}, SIX).of("sku") == Choice()


def test_keys_have_no_value_for_all_rows() -> None:
    assert read_choices({"default.sku": "S1", "default.vendor_product_id": "P1"}, SIX) == read_choices({}, SIX)


def test_each_missing_column_is_named_at_its_place() -> None:
    problems = problems_with(chosen(sku=Choice(), price=Choice(), stock_quantity=Choice(default="0")), SIX, Decisions())
    assert set(problems) == {"sku", "price"}


def test_a_file_that_only_changes_products_needs_one_key_and_one_column() -> None:
    update = Decisions(UploadMode.UPDATE)
    assert problems_with(Choices({"sku": Choice(3), "price": Choice(4)}), SIX, update) == {}
    assert set(problems_with(Choices({"sku": Choice(3)}), SIX, update)) == {""}
    assert set(problems_with(Choices({"price": Choice(4)}), SIX, update)) == {""}


def test_a_header_serves_two_columns_only_if_that_is_meant() -> None:
    twice = chosen(vendor_product_id=Choice(3))
    assert set(problems_with(twice, SIX, Decisions())) == {"sku"}
    meant = chosen(vendor_product_id=Choice(3, shares=True))
    assert problems_with(meant, SIX, Decisions()) == {}
    assert decisions_in(meant, SIX, Decisions())["mapping"]["vendor_product_id"] == "Code"


@pytest.mark.parametrize(("column_name", "text"), [("price", "cheap"), ("stock_quantity", "-1"), ("unit", "x" * 21)])
def test_a_value_that_fits_no_row_is_refused_at_its_place(column_name: str, text: str) -> None:
    assert set(problems_with(chosen(**{column_name: Choice(default=text)}), SIX, Decisions())) == {column_name}


def test_the_decisions_are_what_the_api_takes() -> None:
    choices = Choices(
        {**chosen().columns, "weight_kg": Choice(6), "stock_quantity": Choice(default="5")}, unit="g", remember=True
    )
    file = headers(*(column(each.header) for each in SIX), column("Masse"), column("Farbe"))
    decided = Applied(**decisions_in(choices, file, Decisions(not_used=("Lieferzeit", "Kosten"))))
    assert decided.requested() == {
        "mapping": {
            "vendor_product_id": "Kennung",
            "product_name": "Was",
            "category": "Gruppe",
            "sku": "Code",
            "price": "Kosten",
            "weight_kg": {"header": "Masse", "unit": "g"},
        },
        "not_used": ["Anzahl", "Lieferzeit"],
        "defaults": {"stock_quantity": "5"},
    }


def test_an_exact_name_needs_no_mapping_and_a_header_that_would_be_used_but_is_not_chosen_is_not_used() -> None:
    file = headers(
        column("sku", "sku", "exact"),
        column("price", "price", "exact"),
        column("Preis neu"),
        column("Marke", "brand"),
        *(column(name) for name in ("Farbe", "Farbe", "", "_row", "x" * 501)),
    )
    decided = decisions_in(Choices({"sku": Choice(0), "price": Choice(2)}), file, Decisions())
    assert decided["mapping"] == {"price": "Preis neu"}
    assert decided["not_used"] == ["price", "Marke"]


def test_one_of_two_headers_with_the_same_meaning_is_mapped() -> None:
    file = headers(column("sku", "sku", "exact"), column("SKU", "sku", "exact"))
    decided = decisions_in(Choices({"sku": Choice(1)}), file, Decisions())
    assert (decided["mapping"], decided["not_used"]) == ({"sku": "SKU"}, ["sku"])


def test_products_that_the_file_created_are_changed_only_if_that_is_chosen() -> None:
    created, refused = upload(column("sku", "sku", "exact"), valid_records=3), upload(column("sku"))
    assert column_form(created, SIX, Choices()).offers_changes
    assert not column_form(refused, SIX, Choices()).offers_changes
    changes = Choices({"sku": Choice(3)}, changes_products=True)
    assert decisions_in(changes, SIX, Decisions())["mode"] == UploadMode.UPSERT
    assert "mode" not in decisions_in(changes, SIX, Decisions(UploadMode.UPDATE))


def test_long_lists_of_headers_are_typed_and_short_ones_selected() -> None:
    few, many = (upload(*(column(f"Merkmal {at}") for at in range(count))) for count in (20, 500))
    assert not column_form(few, file_headers(few, None), Choices()).has_list
    assert column_form(many, file_headers(many, None), Choices()).has_list
