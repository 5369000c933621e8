"""What a record changes in a product: which of its values win, and that no order of arrival matters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.changes import Change, Order, Place, change_of
from pipeline.domain.columns import FIELD_BITS, VALUE_COLUMNS, fields_of
from pipeline.domain.stored_products import StoredProduct, Value
from tests.unit.files import stored_product

COLUMNS = ("price", "stock_quantity", "brand", "listing_status")
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "price": st.sampled_from([Decimal("12.5"), Decimal("12.50"), Decimal("9.90")]),
    "stock_quantity": st.sampled_from([0, 5]),
    "brand": st.sampled_from(["Acme", "acme", None]),
    "listing_status": st.sampled_from(["active", "withdrawn"]),
}
GIVEN = st.fixed_dictionaries({}, optional=VALUES)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CREATOR = 1


class Upload(NamedTuple):
    number: int
    place: Place
    given: Mapping[str, Value]


def uploads_in_order(all_given: Sequence[Mapping[str, Value]], numbers: Sequence[int]) -> list[Upload]:
    """Uploads in the order of their places. The second half stands behind an upload of noon, by its paths."""
    half = len(all_given) // 2
    places: list[Place] = [(NOON.replace(minute=n), ()) for n in range(half)]
    places += [(NOON.replace(hour=13), (99, n)) for n in range(len(all_given) - half)]
    return [Upload(*each) for each in zip(numbers, places, all_given, strict=True)]


def arrived(product: StoredProduct, upload: Upload, uploads: Sequence[Upload]) -> tuple[StoredProduct, Change]:
    """The product after an upload has arrived, with the clocks that the catalogue and the confirmations keep."""
    later = {each.number: each.place for each in uploads if each.place > upload.place}
    change = change_of(product, upload.given, Order(upload.number, later))
    values = {**product.values, **change.values}
    return product._replace(values=values, set_by=change.set_by(upload.number)), change


ALL_GIVEN = st.lists(GIVEN, min_size=1, max_size=6)


@settings(max_examples=500, deadline=None)
@given(ALL_GIVEN, st.data())
def test_whatever_the_order_of_arrival_the_values_are_those_of_the_order_of_places(
    all_given: list[dict[str, Value]], data: st.DataObject
) -> None:
    numbers = data.draw(st.permutations(range(CREATOR + 1, CREATOR + 1 + len(all_given))))
    uploads = uploads_in_order(all_given, numbers)
    product = stored_product(set_by=CREATOR)
    expected_values, expected_setters = dict(product.values), dict.fromkeys(VALUE_COLUMNS, CREATOR)
    for upload in uploads:
        expected_values |= upload.given
        expected_setters |= dict.fromkeys(upload.given, upload.number)
    for upload in data.draw(st.permutations(uploads)):
        product, _ = arrived(product, upload, uploads)
    assert product.values == expected_values
    assert dict(zip(VALUE_COLUMNS, product.set_by, strict=True)) == expected_setters


@settings(max_examples=500, deadline=None)
@given(GIVEN, st.lists(st.sampled_from([None, 1, 2, 3, 4]), min_size=len(VALUE_COLUMNS), max_size=len(VALUE_COLUMNS)))
def test_a_change_says_what_is_written_what_is_lost_and_to_whom(
    values: dict[str, Value], setters: list[int | None]
) -> None:
    """Uploads 3 and 4 stand later, 4 before 3."""
    product = stored_product()._replace(set_by=setters)
    later: dict[int, Place] = {3: (NOON, (7, 3)), 4: (NOON, (7,))}
    change = change_of(product, values, Order(2, later))
    setter_of = dict(zip(VALUE_COLUMNS, setters, strict=True))
    differing = {column for column, value in values.items() if value != product.values[column]}
    lost = {column for column in differing if setter_of[column] in later}
    assert set(change.values) == set(change.changes) == differing - lost
    assert (change.given_fields, set(change.superseded_fields)) == (fields_of(values), lost)
    assert change.superseded_by == next((n for n in (3, 4) if n in {setter_of[column] for column in lost}), None)
    if differing - lost:
        assert change.outcome == "updated"
    else:
        assert change.outcome == ("superseded" if lost else "unchanged")


@given(GIVEN)
def test_equal_values_count_as_given(values: dict[str, Value]) -> None:
    product = stored_product(set_by=CREATOR)
    equal = {column: product.values[column] for column in values}
    change = change_of(product, equal, Order(2))
    assert (change.outcome, change.values, change.given_fields) == ("unchanged", {}, fields_of(values))
    assert [number for number in change.set_by(2) if number == 2] == [2] * len(values)


def test_of_three_uploads_that_say_1_2_and_1_the_second_may_arrive_last() -> None:
    said = [{"stock_quantity": 1}, {"stock_quantity": 2}, {"stock_quantity": 1}]
    uploads = uploads_in_order(said, [2, 3, 4])
    first, second, third = uploads
    product, outcomes = stored_product(set_by=CREATOR), []
    for upload in (third, first, second):
        product, change = arrived(product, upload, uploads)
        outcomes.append(change.outcome)
    assert (outcomes, product.values["stock_quantity"]) == (["updated", "unchanged", "superseded"], 1)


def test_what_nobody_has_given_is_written_by_any_upload() -> None:
    product = stored_product()._replace(set_by=[None] * len(VALUE_COLUMNS))
    change = change_of(product, {"brand": "Acme"}, Order(2, {3: (NOON, ())}))
    assert change.changes == {"brand": {"before": None, "after": "Acme"}}


def test_some_values_may_win_and_others_lose() -> None:
    product = stored_product()._replace(set_by=[3 if column == "price" else 1 for column in VALUE_COLUMNS])
    change = change_of(product, {"price": Decimal(1), "stock_quantity": 9}, Order(2, {3: (NOON, ())}))
    assert (change.outcome, change.superseded_by, change.superseded_fields) == ("updated", 3, ["price"])
    assert change.changes == {"stock_quantity": {"before": "5", "after": "9"}}
    assert [c for c, number in zip(VALUE_COLUMNS, change.set_by(2), strict=True) if number == 2] == ["stock_quantity"]


def test_changes_show_amounts_with_all_their_decimals() -> None:
    change = change_of(stored_product(), {"price": Decimal("9.9"), "weight_kg": Decimal("1.5")}, Order(2))
    assert change.changes == {
        "price": {"before": "19.99", "after": "9.90"},
        "weight_kg": {"before": None, "after": "1.500"},
    }


@pytest.mark.parametrize(
    ("values", "stays"),
    [
        ({"price": Decimal(1)}, True),
        ({"price": Decimal(1), "listing_status": "withdrawn"}, False),
        ({"price": Decimal(1), "listing_status": "active"}, False),
        ({"price": Decimal("19.99")}, False),
    ],
)
def test_a_withdrawn_product_stays_so_if_a_change_does_not_say_otherwise(
    values: dict[str, Value], *, stays: bool
) -> None:
    withdrawn = stored_product(listing_status="withdrawn")
    assert change_of(withdrawn, values, Order(2)).stays_withdrawn == stays
    assert not change_of(stored_product(), values, Order(2)).stays_withdrawn


def test_every_value_column_has_a_bit_of_its_own() -> None:
    assert [bit.bit_length() for bit in FIELD_BITS.values()] == list(range(1, len(VALUE_COLUMNS) + 1))
