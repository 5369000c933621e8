"""What taking a record back does to its product, by what has changed it since."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from pipeline.checking.undoing import LaterChange, last_setter, undo_change, undo_creation, undo_removal
from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.stored_products import StoredProduct, Value, as_stored_text, stored_value
from pipeline.domain.uploads import Outcome

VALUES: dict[str, Value] = dict.fromkeys(VALUE_COLUMNS) | {"product_name": "Lamp", "price": Decimal("9.90")}
PRODUCT = StoredProduct(7, "V", "P", "S", "U", 1, VALUES, [1] * len(VALUE_COLUMNS))


def later(*changes: str) -> list[LaterChange]:
    """`V` is a change of the price by upload V, `W-V` one by the upload W that takes V back."""
    return [LaterChange(each[0], each[2:] or None, ["price"]) for each in changes]


@pytest.mark.parametrize(
    ("changes", "setter"),
    [
        ((), "U"),
        (("V",), "V"),
        (("V", "W"), "W"),
        (("V", "W-V"), "U"),
        (("V", "W-V", "X"), "X"),
        (("V", "W-V", "X-W"), "X"),
        (("V", "W-V", "X-W", "Y-X"), "U"),
        (("V", "W", "X-W", "Y-V"), "U"),
        (("W-U",), None),
        (("W-U", "V"), "V"),
    ],
)
def test_a_change_and_its_undo_cancel_each_other(changes: Sequence[str], setter: str | None) -> None:
    assert last_setter("price", later(*changes), first="U") == setter
    assert last_setter("brand", later(*changes), first="U") == "U"


def test_a_field_that_nothing_has_changed_since_is_restored() -> None:
    before: dict[str, Value] = {"price": Decimal("5.00"), "brand": "Acme"}
    change = undo_change(PRODUCT, before, later("V"), undone="U")
    assert (change.outcome, change.values, change.kept) == (Outcome.UPDATED, {"brand": "Acme"}, {"price": "V"})
    assert change.set_by(9) == [9 if column == "brand" else 1 for column in VALUE_COLUMNS]
    assert change.changes == {"brand": {"before": None, "after": "Acme"}}


def test_a_record_whose_every_field_is_kept_or_restored_already_is_unchanged() -> None:
    before: dict[str, Value] = {"price": Decimal("5.00")}
    assert undo_change(PRODUCT, before, later("V"), undone="U").outcome == Outcome.UNCHANGED
    restored = undo_change(PRODUCT, before, later("W-U"), undone="U")
    assert (restored.outcome, restored.kept) == (Outcome.UNCHANGED, {})


def test_a_created_product_is_removed_with_its_values_unless_it_was_changed() -> None:
    removed = undo_creation(PRODUCT, later("V", "W-V"))
    assert (removed.outcome, removed.kept) == (Outcome.REMOVED, {})
    assert removed.changes == {
        "product_name": {"before": "Lamp", "after": None},
        "price": {"before": "9.90", "after": None},
    }
    kept = undo_creation(PRODUCT, later("V"))
    assert (kept.outcome, kept.kept, kept.changes) == (Outcome.UNCHANGED, {"price": "V"}, {})


def test_a_removed_product_is_created_again_with_its_values() -> None:
    created = undo_removal(PRODUCT)
    assert (created.outcome, created.product.product_id) == (Outcome.CREATED, 7)
    assert created.changes["price"] == {"before": None, "after": "9.90"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("price", Decimal("9.90")),
        ("weight_kg", Decimal("0.125")),
        ("stock_quantity", 5),
        ("unit", "5"),
        ("brand", None),
    ],
)
def test_a_stored_text_is_read_as_its_value(column: str, value: Value) -> None:
    read = stored_value(column, as_stored_text(column, value))
    assert (read, type(read)) == (value, type(value))
