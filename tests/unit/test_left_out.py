"""Values of optional columns that break a rule, left out by decision: their records count as sound."""

from tempfile import TemporaryFile
from typing import Any

import pytest

from pipeline.checking.conflicts import Judgement, judge
from pipeline.checking.products import given_values, product_of
from pipeline.checking.survey import LEAVES_OUT, REPEATS_SKU, UNSOUND, StagedRecord, Survey, survey
from pipeline.domain.columns import COLUMNS, read_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import Limits
from pipeline.domain.layout import Layout
from pipeline.domain.left_out import LeftOut
from pipeline.domain.records import Row
from tests.unit.files import CATEGORIES, HEADER, SOUND, source

COLUMN_NAMES = list(COLUMNS)


def judged(cells: dict[str, str], **decisions: Any) -> Judgement:
    layout = Layout(read_header(COLUMN_NAMES), Decisions.of({"optional_values": "leave_out"} | decisions))
    row = Row(1, 2, 2, [(SOUND | cells).get(column, "") for column in COLUMN_NAMES])
    return judge(StagedRecord(layout.record(row)), layout, CATEGORIES)


def surveyed(content: str, **decisions: Any) -> Survey:
    decided = Decisions.of({"optional_values": "leave_out"} | decisions)
    return survey(source(content.encode()), CATEGORIES, Limits(), scratch=TemporaryFile, decisions=decided)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("weight_kg", "abc"),
        ("compare_at_price", "free"),
        ("image_url", "no address"),
        ("brand", "x" * 101),
        ("dimensions_cm", "x" * 51),
        ("description", "a\x07b"),
        ("subcategory", "#N/A"),
        ("unit", "x" * 21),
    ],
)
def test_a_bad_value_of_an_optional_column_is_left_out(column: str, cell: str) -> None:
    result = judged({column: cell})
    assert (list(result.errors), result.staged.record[column]) == ([], "")
    assert [(error.error_field, error.value) for error in result.left_out] == [(column, cell)]
    assert column not in result.staged.record.cleared
    assert judged({column: cell}, optional_values="reject").errors


@pytest.mark.parametrize(
    ("column", "cell"), [("listing_status", "on"), ("price", "free"), ("sku", ""), ("category", "x")]
)
def test_other_columns_are_judged_and_then_nothing_is_left_out(column: str, cell: str) -> None:
    result = judged({column: cell, "weight_kg": "abc"})
    assert (len(result.errors), list(result.left_out)) == (2, [])
    assert result.staged.record["weight_kg"] == "abc"


def test_a_left_out_value_keeps_what_the_product_has_even_where_blank_cells_clear() -> None:
    record = judged({"weight_kg": "abc"}, mode="upsert", blank_cells="clear").staged.record
    given = given_values(record, CATEGORIES)
    assert "weight_kg" not in given
    assert given["brand"] is None


def test_a_product_is_created_without_the_value_or_with_the_default() -> None:
    assert product_of(judged({"weight_kg": "abc"}).staged.record, CATEGORIES).weight_kg is None
    record = judged({"unit": "x" * 21, "brand": "y" * 101}, defaults={"unit": "box"}).staged.record
    product = product_of(record, CATEGORIES)
    assert (product.unit, product.brand) == ("box", None)


def test_a_record_with_a_left_out_value_holds_its_keys_and_is_marked() -> None:
    rows = ["P1,Mouse,Electronics,S1,5,5,abc", "P2,Mouse,Electronics,S1,5,5,1", "P3,Mouse,Electronics,S3,no,5,abc"]
    content = f"{HEADER.strip()},weight_kg\n" + "\n".join(rows)
    assert list(surveyed(content).earlier.marks) == [0, LEAVES_OUT, REPEATS_SKU, UNSOUND]
    assert list(surveyed(content, optional_values="reject").earlier.marks) == [0, UNSOUND, 0, UNSOUND]


def test_records_are_counted_in_any_order() -> None:
    first = LeftOut().with_records([((9, 9), ["brand"]), ((4, 4), []), ((7, 7), ["weight_kg", "brand"])])
    both = LeftOut.of(first.as_json()).with_records([((line, line), ["image_url"]) for line in (3, 12, 11, 10)])
    (warning,) = both.warning()
    assert warning.message == (
        "6 rows were accepted without values that break a rule: brand in 2, weight_kg in 1, image_url in 4"
        " (lines 3, 7, 9, 10, 11, …). Correct these values and send them again."
    )
    assert (warning.code, warning.line, warning.severity) == ("VALUES_LEFT_OUT", 3, "warning")
    assert (LeftOut().warning(), LeftOut().as_json(), LeftOut.of({})) == ([], {}, LeftOut())
