"""What the survey keeps for the guards, whichever way it reads a row."""

from collections.abc import Sequence
from contextlib import closing
from tempfile import TemporaryFile

import pytest

from pipeline.checking.guard_evidence import GuardEvidence
from pipeline.checking.survey import survey
from pipeline.domain.decisions import BlankCells, Decisions, OptionalValues, UploadMode
from pipeline.domain.failures import Limits
from tests.unit.files import CATEGORIES, source
from tests.workbooks import workbook

UPDATE, UPSERT = Decisions(UploadMode.UPDATE), Decisions(UploadMode.UPSERT)
Kept = tuple[int, str, str, str, str]


def kept(content: str | bytes, decisions: Decisions = UPDATE) -> list[Kept]:
    """Row number, key, price, stock and listing status of each row."""
    file = source(content.encode() if isinstance(content, str) else content)
    with closing(GuardEvidence(TemporaryFile)) as evidence:
        survey(file, CATEGORIES, Limits(), scratch=TemporaryFile, decisions=decisions, guards=evidence)
        return [row for rows in evidence.rows(lambda _: False) for row in zip(*rows, strict=True)]


@pytest.mark.parametrize("quick", [True, False])
def test_the_key_and_what_is_compared_of_each_sound_row_is_kept(quick: bool) -> None:
    blank = "" if quick else " "  # rows with a blank before a cell are read one by one
    content = f'sku,price,stock_quantity,listing_status\nA,{blank}12.50,0,withdrawn\nB,{blank}"3",,\nC,,007,active\n'
    assert kept(content) == [(1, "A", "12.50", "0", "withdrawn"), (2, "B", "3", "", ""), (3, "C", "", "007", "active")]


def test_a_vendor_product_id_is_the_key_where_there_is_one() -> None:
    assert kept("sku,vendor_product_id,stock_quantity\nA,P1,0\n") == [(1, "P1", "", "0", "")]


def test_one_header_may_serve_both_keys() -> None:
    mapping = {"sku": "Code", "vendor_product_id": "Code"}
    decisions = Decisions.of({"mode": "update", "mapping": mapping})
    assert kept("Code,price\nA,5.00\n", decisions) == [(1, "A", "5.00", "", "")]


@pytest.mark.parametrize(
    "wrong",
    [
        "A,free,0",
        "A,5.00,-1",
        "A,[clear],0",
        "A,5.00,[clear]",
        ",5.00,0",
        "A,5.00,0,,surplus",
        "A,5.00,0,withdrawal",
        "A,5.00,0,[clear]",
    ],
)
def test_a_rejected_row_is_not_kept(wrong: str) -> None:
    content = f"sku,price,stock_quantity,listing_status\n{wrong}\nB,6.00,0,\n"
    assert kept(content) == [(2, "B", "6.00", "0", "")]


def test_a_short_row_gives_no_values_in_the_columns_that_it_lacks() -> None:
    assert kept("sku,price,stock_quantity\nA,5.00\n") == [(1, "A", "5.00", "", "")]


def test_a_row_is_kept_that_is_accepted_without_an_optional_value() -> None:
    content = "sku,price,weight_kg\nA,5.00,heavy\nB,6.00,1\n"
    assert kept(content) == [(2, "B", "6.00", "", "")]
    assert kept(content, Decisions(UploadMode.UPDATE, optional_values=OptionalValues.LEAVE_OUT)) == [
        (1, "A", "5.00", "", ""),
        (2, "B", "6.00", "", ""),
    ]


def test_defaults_and_cleared_blanks_change_nothing_that_is_compared() -> None:
    header = "vendor_product_id,product_name,category,sku,price,stock_quantity,brand"
    decisions = Decisions(UploadMode.UPSERT, BlankCells.CLEAR, defaults={"stock_quantity": "0", "price": "1.00"})
    assert kept(f"{header}\nP1,Thing,Electronics,S1,,,\n", decisions) == [(1, "P1", "", "", "")]


@pytest.mark.parametrize(
    ("prices", "read"),
    [
        (["12,50", "1.299", "7"], ["12.50", "1299", "7"]),
        (["12.50", "1,299", "7"], ["12.50", "1299", "7"]),
        (["€ 12,50", "€ 3", "7"], ["12.50", "3", "7"]),
    ],
)
def test_a_price_is_kept_as_its_column_is_read(prices: Sequence[str], read: Sequence[str]) -> None:
    rows = "\n".join(f"S{n};{price}" for n, price in enumerate(prices))
    assert [row[2] for row in kept(f"sku;price\n{rows}\n")] == read


def test_all_rows_of_a_long_file_are_kept_in_order() -> None:
    cells = [(f"S{n}", f"{n % 900 + 1}.50", str(n % 7), "withdrawn" if n % 3 else "active") for n in range(12_345)]
    content = "sku,price,stock_quantity,listing_status\n" + "\n".join(map(",".join, cells)) + "\n"
    assert kept(content) == [(n, *row) for n, row in enumerate(cells, 1)]


def test_rows_of_a_workbook_are_kept_like_those_of_a_text() -> None:
    rows = [[f"S{n}", 9.5 + n, 0, "withdrawn"] for n in range(3)] + [["S9", "free", 0, ""], [" S8", "4.99", "", ""]]
    content = workbook(["sku", "price", "stock_quantity", "listing_status"], *rows)
    assert kept(content) == [
        *((n + 1, f"S{n}", f"{9.5 + n}", "0", "withdrawn") for n in range(3)),
        (5, "S8", "4.99", "", ""),
    ]


def test_a_file_without_anything_to_compare_keeps_nothing() -> None:
    assert kept("sku,brand\nA,Acme\n") == []


def test_rows_that_are_left_out_are_not_compared() -> None:
    content = "sku,price\nA,1.00\nB,2.00\nC,3.00\n"
    with closing(GuardEvidence(TemporaryFile)) as evidence:
        survey(source(content.encode()), CATEGORIES, Limits(), scratch=TemporaryFile, decisions=UPDATE, guards=evidence)
        assert [list(rows.keys) for rows in evidence.rows(lambda row: row == 2)] == [["A", "C"]]
        assert list(evidence.rows(lambda _: True)) == []
