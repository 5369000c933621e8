"""Faults in plans: what is compared with them, which rows they hold back, and which uploads follow them."""

from collections.abc import Sequence
from dataclasses import replace

from api.schemas.uploads import Applied
from api.upload_commands import _follow_plan
from pipeline.checking.plans import Effect, is_outdated
from pipeline.domain.uploads import Outcome
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import _pin
from pipeline.postgres.rows import Upload
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.stages.plan import _held, hold_to_plan
from pipeline.stages.verdict import Verdict
from tests.reliability.mutants.mutation import Mutant, instead_of

_ACT, _AS_PLANNED = "plans", "what it did, and what was planned"


@instead_of(hold_to_plan)
def hold_to_nothing(
    cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict], compared: Sequence[Verdict]
) -> list[Verdict]:
    return list(compared)


IGNORED = Mutant("a plan is ignored", _ACT, f"{_AS_PLANNED}|left out", (hold_to_nothing,))


@instead_of(is_outdated)
def compare_outcomes_alone(planned: Effect, now: Effect) -> bool:
    return is_outdated(planned._replace(changes={}), now._replace(changes={}))


OUTCOMES_ALONE = Mutant("values before are not compared with the plan", _ACT, _AS_PLANNED, (compare_outcomes_alone,))


@instead_of(is_outdated)
def let_rejected_rows_pass(planned: Effect, now: Effect) -> bool:
    return is_outdated(now if planned.outcome == Outcome.ERROR else planned, now)


REJECTED_PASSES = Mutant("a row that was rejected in the plan is written", _ACT, _AS_PLANNED, (let_rejected_rows_pass,))


@instead_of(_held)
def hold_but_omit_nothing(upload: SurveyedUpload, verdict: Verdict, planned: Effect) -> Verdict:
    return _held(replace(upload, omitted_rows=frozenset()), verdict, planned)


OMITTED_WRITTEN = Mutant("rows that are left out of a plan are written", _ACT, "was left out", (hold_but_omit_nothing,))


@instead_of(_follow_plan)
def follow_whatever_is_decided(upload: Upload, source: Upload, decided: Applied) -> None:
    _follow_plan(upload, source.model_copy(update={"decisions": upload.decisions}), decided)


ALWAYS_FOLLOWED = Mutant(
    "a plan is followed with other decisions, too", _ACT, "and its plan: decisions", (follow_whatever_is_decided,)
)


@instead_of(_pin)
def pin_nothing(cursor: Cursor, upload_id: str, source_upload_id: str, columns: Sequence[str]) -> None:
    """Leaves it to the beginning of parsing."""


NOT_PINNED = Mutant(
    "an applied plan has the categories of today", _ACT, "and what is wrong|and its plan: categories", (pin_nothing,)
)

MUTANTS = (IGNORED, OUTCOMES_ALONE, REJECTED_PASSES, OMITTED_WRITTEN, ALWAYS_FOLLOWED, NOT_PINNED)
