"""An upload that applies a plan: a record is written only if it does exactly what the dry run said of it."""

from collections.abc import Sequence

from pipeline.checking.plans import Effect, is_outdated, omitted, outdated
from pipeline.domain.errors import OUR_FAULT
from pipeline.postgres.database import Cursor
from pipeline.postgres.plans import planned_effects
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.stages.verdict import Verdict, with_all_errors


def hold_to_plan(
    cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict], compared: Sequence[Verdict]
) -> list[Verdict]:
    """`compared` is the batch with what the catalogue says of each record; its own errors are those in the batch."""
    own = {verdict.row_number for verdict in batch if verdict.errors}
    followers = [v.row_number for v in compared if v.row_number not in own and OUR_FAULT not in v.errors]
    plan = planned_effects(cursor, str(upload.plan_upload_id), followers)
    return [
        _held(upload, with_all_errors(verdict), plan[verdict.row_number]) if verdict.row_number in plan else verdict
        for verdict in compared
    ]


def _held(upload: SurveyedUpload, verdict: Verdict, planned: Effect) -> Verdict:
    faults = [(error.error_type, error.error_field) for error in verdict.errors]
    now = Effect(verdict.outcome, verdict.changes, faults)
    if verdict.row_number in upload.omitted_rows:
        error = omitted(planned, now)
    elif is_outdated(planned, now):
        error = outdated(planned, now, verdict.errors[0] if verdict.errors else None)
    else:
        return verdict
    return verdict._replace(errors=[error], product=None, change=None, repeated=None, left_out=())
