"""What stands in for columns that no header has, and files of which little or nothing can be proposed."""

import json
import time
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.categories import AnyCategory
from pipeline.checking.proposals.propose import propose_columns
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.failures import Failure
from pipeline.domain.header_matching import match_header
from tests.hostile_shapes import clean_file
from tests.unit.platform_exports import EXPORTS
from tests.unit.proposing import (
    CATEGORIES,
    CRITICAL,
    doubles,
    following,
    proposal_for,
    proposed,
    refused,
    surveyed,
)

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
    clean = clean_file(2_000_000)
    start = time.process_time()
    surveyed(clean, categories=AnyCategory())
    read = time.process_time()
    assert refused(content).proposal is not None
    assert time.process_time() - read < 75 * (read - start)  # as long as it takes to read 150 MB
