"""The invariant of plans: what an upload that applies a dry run writes, and why it writes nothing."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.reliability.invariant_words import equal
from tests.reliability.state import Row, State

OUTDATED = "PLAN_OUTDATED"
_WRITING, _WRITING_NOTHING = {"created", "updated"}, {"unchanged", "superseded"}
_PINNED = ("decisions", "categories", "aliases", "remembered_headers")


class Effect(NamedTuple):
    """What a row became, the values that it changed, and the types of its errors."""

    outcome: str
    changes: Mapping[str, Any]
    errors: frozenset[str] = frozenset()

    def as_json(self) -> Row:
        return {"outcome": self.outcome, "changes": self.changes}


_PENDING = Effect("pending", {})


def i14_plans_hold(state: State) -> None:
    """A row of an applied plan is written only as planned; a row whose plan is outdated says what was, and what is."""
    for upload_id, upload in state.uploads.items():
        _outdated_rows_follow_a_plan(state, upload)
        plan = state.uploads.get(upload.get("plan_upload_id") or "")
        if plan is None:
            continue
        _has_what_the_plan_pinned(upload, plan)
        planned, omitted = _effects(state, plan["upload_id"]), set(upload["omitted_rows"] or ())
        for row, effect in _effects(state, upload_id).items():
            where = f"{upload_id} row {row}"
            assert row not in omitted or effect.outcome == "error", f"{where}: it was left out, and is {effect.outcome}"
            _is_held_to(planned.get(row, _PENDING), effect, where)
            for error in state.errors_of(upload_id).get(row, ()):
                if error["error_type"] == OUTDATED:
                    _says_why(planned.get(row, _PENDING), error, where, is_omitted=row in omitted)


def _outdated_rows_follow_a_plan(state: State, upload: Row) -> None:
    for row, errors in state.errors_of(upload["upload_id"]).items():
        types = [error["error_type"] for error in errors]
        where = f"{upload['upload_id']} row {row}"
        assert OUTDATED not in types or upload.get("plan_upload_id"), f"{where}: outdated, and there is no plan"
        assert OUTDATED not in types or len(types) == 1, f"{where}: outdated, and has other errors: {types}"


def _has_what_the_plan_pinned(upload: Row, plan: Row) -> None:
    where = f"{upload['upload_id']} and its plan"
    assert plan["dry_run"], f"{where}: it wrote"
    assert not upload["dry_run"], f"{where}: a dry run follows it"
    for column in _PINNED if upload["total_records"] is not None else ():
        own, planned = (_but_for_guards(each[column]) for each in (upload, plan))
        equal(own, planned, f"{where}: {column}")


def _but_for_guards(pinned: Any) -> Any:
    return {**pinned, "accept": None} if isinstance(pinned, dict) and "mode" in pinned else pinned


def _effects(state: State, upload_id: str) -> dict[int, Effect]:
    changes = {change["row_number"]: change["changes"] for change in state.changes_of(upload_id)}
    errors = {row: _types(found) for row, found in state.errors_of(upload_id).items()}
    return {
        row: Effect(outcome, changes.get(row, {}), errors.get(row, frozenset()))
        for row, outcomes in state.outcomes_of(upload_id).items()
        for outcome in outcomes
    }


def _types(errors: list[Row]) -> frozenset[str]:
    return frozenset(error["error_type"] for error in errors)


def _is_held_to(planned: Effect, effect: Effect, where: str) -> None:
    if effect.outcome in _WRITING:
        equal(effect, planned, f"{where}: what it did, and what was planned")
    elif effect.outcome in _WRITING_NOTHING:
        was_accepted = planned.outcome in _WRITING | _WRITING_NOTHING
        assert was_accepted, f"{where}: what it did, and what was planned: {effect.outcome} and {planned.outcome}"
    elif not effect.errors & {OUTDATED, "PROCESSING_ERROR"} and planned != _PENDING:
        assert effect.errors & planned.errors, f"{where}: rejected for {set(effect.errors)}, planned was {planned}"


def _says_why(planned: Effect, error: Row, where: str, *, is_omitted: bool) -> None:
    conflict = error["conflict"] or {}
    equal(set(conflict), {"planned", "now"}, f"{where}: what its conflict says")
    equal(conflict["planned"], planned.as_json(), f"{where}: what its conflict says of the plan, and the plan")
    now = conflict["now"]
    equal(set(now), {"outcome", "changes"}, f"{where}: what its conflict says of now")
    is_same = now == planned.as_json() and now["outcome"] != "error"  # a row may be rejected for something else now
    assert is_omitted or not is_same, f"{where}: outdated, and would do what was planned: {now}"
