"""The invariant of plans: a sound state passes, and each kind of damage is caught."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.reliability.invariants_of_plans import i14_plans_hold
from tests.reliability.state import Row, State
from tests.reliability.test_invariants import Change, error_of
from tests.reliability.test_invariants_of_changes import PRICED, TRIED, change_of, change_with, upload_of, upload_with

NOW = {"outcome": "updated", "changes": {"price": {"before": "8.00", "after": "9.90"}}}
PLANNED = {"outcome": "updated", "changes": {"price": {"before": "19.99", "after": "9.90"}}}


def row_error(upload_id: str, row: int, error_type: str, conflict: Row | None = None) -> Row:
    return {**error_of(row, error_type, conflict), "upload_id": upload_id}


def planned_state() -> State:
    """A plan of four rows that is applied: updated, rejected, outdated, unchanged; the last one is to be left out."""
    pinned = {"categories": ["Electronics"], "aliases": {}, "remembered_headers": []}
    plan = upload_of(TRIED, dry_run=True, unchanged_row_numbers=[4], **pinned)
    follower: dict[str, Any] = {"plan_upload_id": TRIED, "omitted_rows": [5], "unchanged_row_numbers": [4]}
    return State(
        uploads={TRIED: plan, PRICED: upload_of(PRICED, **pinned, **follower)},
        products=[],
        changes=[
            change_of(TRIED, "19.99", "9.90", is_written=False),
            change_of(TRIED, "19.99", "9.90", is_written=False, row_number=3),
            change_of(PRICED, "19.99", "9.90"),
        ],
        errors=[
            row_error(TRIED, 2, "INVALID_PRICE"),
            row_error(PRICED, 2, "INVALID_PRICE"),
            row_error(PRICED, 3, "PLAN_OUTDATED", {"planned": PLANNED, "now": NOW}),
        ],
    )


def with_error(*errors: Row) -> Change:
    return lambda state: replace(state, errors=[*state.errors[:2], *errors])


def outdated(conflict: Row | None, row: int = 3) -> Row:
    return row_error(PRICED, row, "PLAN_OUTDATED", conflict)


DAMAGES: list[tuple[Change, str]] = [
    (change_with(2, changes=NOW["changes"]), "what it did, and what was planned"),
    (change_with(0, outcome="superseded"), "what it did, and what was planned"),
    (change_with(2, row_number=2), "what it did, and what was planned"),
    (change_with(2, row_number=5), "row 5: it was left out, and is updated"),
    (upload_with(TRIED, unchanged_row_numbers=[]), "what it did, and what was planned: unchanged and pending"),
    (with_error(row_error(PRICED, 3, "INVALID_PRICE")), "rejected for {'INVALID_PRICE'}, planned was"),
    (with_error(outdated(None)), "what its conflict says: set()"),
    (with_error(outdated({"planned": NOW, "now": PLANNED})), "what its conflict says of the plan"),
    (with_error(outdated({"planned": PLANNED, "now": {}})), "what its conflict says of now"),
    (with_error(outdated({"planned": PLANNED, "now": PLANNED})), "outdated, and would do what was planned"),
    (with_error(outdated({"planned": PLANNED, "now": NOW}), row_error(PRICED, 3, "INVALID_PRICE")), "has other errors"),
    (upload_with(PRICED, plan_upload_id=None), "outdated, and there is no plan"),
    (upload_with(TRIED, dry_run=False), "its plan: it wrote"),
    (upload_with(PRICED, dry_run=True), "its plan: a dry run follows it"),
    (upload_with(PRICED, categories=["Clothing"]), "its plan: categories"),
    (upload_with(PRICED, aliases={"Kram": "Clothing"}), "its plan: aliases"),
    (upload_with(PRICED, decisions={"mode": "upsert"}), "its plan: decisions"),
]


def test_a_plan_that_holds_passes() -> None:
    i14_plans_hold(planned_state())
    omitted = {"planned": PLANNED, "now": PLANNED}
    i14_plans_hold(upload_with(PRICED, omitted_rows=[3])(with_error(outdated(omitted))(planned_state())))
    i14_plans_hold(upload_with(PRICED, decisions={"mode": "update", "accept": ["PRICE_CLIFF"]})(planned_state()))


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_what_a_plan_does_not_hold_is_caught(damage: Change, message: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(message)):
        i14_plans_hold(damage(planned_state()))
