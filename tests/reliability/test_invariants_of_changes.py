"""The invariants of changes: a sound state passes, and each kind of damage is caught by the invariant for it."""

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.reliability import invariants
from tests.reliability.invariants import check_all, i4_replays_change_nothing
from tests.reliability.state import Row, State
from tests.reliability.test_invariants import ID, LATER, NOON, Change, sound_state, with_

PRICED, SAME, TRIED = (f"UPLOAD_20260101_120000_{letter * 8}" for letter in "cde")


def change_of(upload_id: str, before: str, after: str, **values: Any) -> Row:
    return {
        "change_id": 1, "upload_id": upload_id, "vendor_id": "VEND001", "row_number": 1, "product_id": 1,
        "outcome": "updated", "is_written": True, "changes": {"price": {"before": before, "after": after}},
        "superseded_by": None, "superseded_fields": [], **values,
    }  # fmt: skip


def upload_of(upload_id: str, **values: Any) -> Row:
    """An update of one row that came to its end, whose staging and mail were not looked at."""
    return {
        **sound_state().uploads[ID], "upload_id": upload_id, "status": "completed", "mode": "update",
        "decisions": {"mode": "update"}, "total_records": 1, "valid_records": 1, "error_records": 0,
        "errors_by_type": {}, "decided_rows": [1], "error_file_s3_key": None, "fix_file_s3_key": None,
        "effective_at": LATER, "effective_path": [], **values,
    }  # fmt: skip


def changed_state() -> State:
    """A product whose price one upload has changed; a later one gives the same price, and a dry run another one."""
    state = sound_state()
    uploads = [
        upload_of(PRICED, effective_at=NOON, effective_path=[2], updated_records=1),
        upload_of(SAME, unchanged_records=1, unchanged_row_numbers=[1]),
        upload_of(TRIED, effective_path=[4], updated_records=1, dry_run=True),
    ]
    price = b"vendor_product_id,price\nP1,"
    return replace(
        state,
        uploads={**state.uploads, **{upload["upload_id"]: upload for upload in uploads}},
        products=[{**state.products[0], "price": Decimal("9.90")}],
        changes=[
            change_of(PRICED, "19.99", "9.90"),
            change_of(TRIED, "9.90", "1.00", change_id=2, is_written=False),
        ],
        confirmations=[{"upload_id": SAME, "row_number": 1, "product_id": 1}],
        files={**state.files, PRICED: price + b"9.9\n", SAME: price + b"09.90\n", TRIED: price + b"1\n"},
        staging_is_whole=False,
        mailbox_is_whole=False,
    )


def upload_with(upload_id: str, **values: Any) -> Change:
    return lambda state: replace(state, uploads={**state.uploads, upload_id: {**state.uploads[upload_id], **values}})


def change_with(index: int, **values: Any) -> Change:
    def change(state: State) -> State:
        changes = copy.deepcopy(list(state.changes))
        changes[index] |= values
        return replace(state, changes=changes)

    return change


def product_with(**values: Any) -> Change:
    return lambda state: replace(state, products=[{**state.products[0], **values}])


def test_a_state_with_changes_passes() -> None:
    check_all(changed_state(), before=sound_state())


DAMAGES: list[tuple[str, Change, str]] = [
    ("i1", upload_with(SAME, unchanged_row_numbers=[]), "row 1: it became nothing"),
    ("i1", upload_with(PRICED, unchanged_row_numbers=[1]), "row 1: it became unchanged, updated"),
    ("i1", upload_with(TRIED, unchanged_row_numbers=[1]), "row 1: it became unchanged, updated"),
    ("i2", upload_with(PRICED, updated_records=2), "updated_records and the ledger: 2 and 1"),
    ("i2", upload_with(SAME, unchanged_records=0), "unchanged_records and the ledger: 0 and 1"),
    ("i2", upload_with(SAME, superseded_records=1), "superseded_records and the ledger: 1 and 0"),
    ("i2", with_(changes=[]), "valid_records and products, or what changed them: 1 and 0"),
    ("i3", change_with(0, changes={"price": {"before": "19.98", "after": "9.90"}}), "row 1: price"),
    ("i12", product_with(price=Decimal("19.99")), "its values, and what its records say"),
    ("i12", product_with(price=Decimal("1.00")), "its values, and what its records say"),
    ("i12", product_with(status="withdrawn"), "its values, and what its records say"),
    ("i12", upload_with(TRIED, dry_run=False), "its values, and what its records say"),
    ("i12", upload_with(ID, effective_at=LATER.replace(year=2027)), "its values, and what its records say"),
    ("i13", change_with(1, is_written=True), "whether its change is written"),
    ("i13", change_with(0, is_written=False), "whether its change is written"),
    ("i13", change_with(0, superseded_by=SAME), "whether it lost, and to whom"),
    ("i13", with_(confirmations=[]), "confirmed rows, and those that wrote nothing"),
    ("i13", with_(confirmations=[*changed_state().confirmations] * 2), "confirmed rows, and those that wrote nothing"),
    ("i13", change_with(0, changes={"price": {"before": "9.90", "after": "9.90"}}), "and is not"),
    ("i13", product_with(price=Decimal("9.80")), "price, and its last change"),
    ("i13", with_(changes=[change_of(PRICED, "19.99", "9.90"), change_of(PRICED, "19.99", "9.90")]),
     "price before it, and after the change before that"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage", "message"), DAMAGES)
def test_damage_is_caught_by_its_invariant(name: str, damage: Change, message: str) -> None:
    (check,) = (getattr(invariants, each) for each in dir(invariants) if each.startswith(f"{name}_"))
    with pytest.raises(AssertionError, match=message):
        check(damage(changed_state()))


@pytest.mark.parametrize(
    "damage",
    [
        change_with(0, changes={"price": {"before": "19.99", "after": "9.80"}}),
        change_with(0, outcome="superseded"),
        upload_with(SAME, unchanged_row_numbers=[]),
        with_(changes=[]),
    ],
)
def test_whatever_a_replay_changes_is_seen(damage: Change) -> None:
    with pytest.raises(AssertionError, match="after a replay"):
        i4_replays_change_nothing(changed_state(), damage(changed_state()))


def test_what_later_uploads_change_is_no_effect_of_a_replay() -> None:
    i4_replays_change_nothing(sound_state(), changed_state())
