"""Rules 1 to 7 of a whole file against a plain sequential model."""

import csv
import io
from collections.abc import Mapping
from contextlib import closing
from tempfile import TemporaryFile
from typing import BinaryIO

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.duplicates import FirstRows
from pipeline.checking.rules import errors_of
from tests.unit.files import CATEGORIES, records_of

COLUMNS = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "vendor_product_id": st.sampled_from(["P1", "P2", "P3", " P1", ""]),
            "product_name": st.just("Thing"),
            "category": st.sampled_from(["Clothing", "clothing", "Cloting"]),
            "sku": st.sampled_from(["A", "B", "C", "a", "A\u200b", ""]),
            "price": st.sampled_from(["1", "1.00", "-1", ""]),
            "stock_quantity": st.sampled_from(["1", "x"]),
        }
    ),
    min_size=1,
    max_size=25,
)


def sequential_model(rows: list[Mapping[str, str]]) -> list[tuple[int, int]]:
    """Per row, the first earlier row that satisfies rules 1 to 5 and has its SKU, and its vendor product id."""
    first: dict[tuple[str, str], int] = {}
    result = []
    for number, row in enumerate(rows, 1):
        cells = {name: value.strip().strip("\u200b") for name, value in row.items()}
        keys = [("sku", cells["sku"]), ("vendor_product_id", cells["vendor_product_id"])]
        result.append(tuple(first.get(key, 0) if key[1] else 0 for key in keys))
        sound = cells["price"] in {"1", "1.00"} and cells["stock_quantity"] == "1" and cells["category"] != "Cloting"
        if sound and all(cells.values()):
            for key in keys:
                first.setdefault(key, number)
    return result  # type: ignore[return-value]


def as_csv(rows: list[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_duplicates_in_a_file_are_those_of_the_sequential_model(rows: list[Mapping[str, str]]) -> None:
    actual = [
        tuple(earlier.row_number if earlier else 0 for earlier in (r.earlier_sku, r.earlier_vendor_product_id))
        for r in records_of(as_csv(rows))
    ]
    assert actual == sequential_model(rows)


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_rules_1_to_5_do_not_depend_on_neighbours(rows: list[Mapping[str, str]]) -> None:
    together = [errors_of(staged.record, CATEGORIES) for staged in records_of(as_csv(rows))]
    alone = [errors_of(records_of(as_csv([row]))[0].record, CATEGORIES) for row in rows]
    assert together == alone


def test_a_row_that_fails_rules_1_to_5_does_not_hold_its_key() -> None:
    with closing(FirstRows(TemporaryFile)) as first_rows:
        for number, sound in enumerate([False, True, True, False], 1):
            first_rows.add_one("A", number, holds=sound)
        assert list(zip(*first_rows.collisions(), strict=True)) == [(3, 2), (4, 2)]


def test_what_is_put_away_of_a_long_file_is_found_again() -> None:
    """Every key stands three times in it: near the begin, in the middle and near the end."""
    keys = [f"K{n}" for n in range(150_000)] * 3
    with closing(FirstRows(TemporaryFile)) as first_rows:
        for at in range(0, len(keys), 1000):
            first_rows.add(keys[at : at + 1000], at + 1)
        rows, holders = first_rows.collisions()
    assert list(rows) == list(range(150_001, 450_001))
    assert list(holders) == list(range(1, 150_001)) * 2


def test_a_short_file_needs_no_scratch_file() -> None:
    def no_scratch() -> BinaryIO:
        raise AssertionError

    with closing(FirstRows(no_scratch)) as first_rows:
        first_rows.add([f"K{n}" for n in range(100_000)], 1)
        assert not first_rows.collisions().rows
