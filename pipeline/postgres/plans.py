"""What a dry run said of its records, which is the plan that an upload follows."""

from collections.abc import Sequence

from pipeline.checking.plans import Effect, Fault
from pipeline.domain.uploads import Outcome
from pipeline.postgres.database import Cursor, as_array


def planned_effects(cursor: Cursor, plan_upload_id: str, row_numbers: Sequence[int]) -> dict[int, Effect]:
    """What each of these rows would do, by row number; one that the dry run did not decide is pending."""
    effects = _undecided(cursor, plan_upload_id, row_numbers)
    effects |= _changes(cursor, plan_upload_id, row_numbers)
    return effects | _rejections(cursor, plan_upload_id, row_numbers)


def _undecided(cursor: Cursor, plan_upload_id: str, row_numbers: Sequence[int]) -> dict[int, Effect]:
    """Of a row of which nothing else is noted: unchanged if it is decided."""
    cursor.execute(
        """
        SELECT n, decided @> n AS is_decided FROM upload_history, unnest(%s::int[]) AS n WHERE upload_id = %s
        """,
        (as_array(row_numbers), plan_upload_id),
    )
    return {row.n: Effect(Outcome.UNCHANGED if row.is_decided else Outcome.PENDING, {}) for row in cursor}


def _changes(cursor: Cursor, plan_upload_id: str, row_numbers: Sequence[int]) -> dict[int, Effect]:
    cursor.execute(
        """
        SELECT row_number, outcome, changes FROM record_changes
        WHERE upload_id = %s AND row_number = ANY(%s::int[])
        """,
        (plan_upload_id, as_array(row_numbers)),
    )
    return {
        row.row_number: Effect(Outcome(row.outcome), {} if row.outcome == Outcome.CREATED else row.changes)
        for row in cursor
    }


def _rejections(cursor: Cursor, plan_upload_id: str, row_numbers: Sequence[int]) -> dict[int, Effect]:
    cursor.execute(
        """
        SELECT row_number, error_type, error_field FROM validation_errors
        WHERE upload_id = %s AND row_number = ANY(%s::int[])
        """,
        (plan_upload_id, as_array(row_numbers)),
    )
    faults: dict[int, list[Fault]] = {}
    for row in cursor:
        faults.setdefault(row.row_number, []).append((row.error_type, row.error_field))
    return {number: Effect(Outcome.ERROR, {}, found) for number, found in faults.items()}
