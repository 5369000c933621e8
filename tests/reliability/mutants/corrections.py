"""Faults in corrections: which rows are sent, in which version, what counts, and what a dry run keeps."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from fastapi import BackgroundTasks

from api.correction_commands import correct
from api.schemas.corrections import Correction
from pipeline.postgres import category_fixes
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.correction_rows import Fix, RowFix, choose
from pipeline.postgres.corrections import note_accepted, note_rejected_again
from pipeline.postgres.database import Cursor
from pipeline.postgres.rows import Upload
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.services import Services
from pipeline.stages.decide import _note_corrections
from pipeline.stages.verdict import Verdict
from tests.reliability.mutants.mutation import Mutant, instead_of

_ACT, _ROWS, _COUNTS = "corrections", "those whose errors are all addressed", "corrected_records"


@instead_of(choose)
def choose_those_to_omit_too(
    cursor: Cursor,
    upload_id: str,
    parent_upload_id: str,
    *,
    fixes: Sequence[Fix],
    rows: Sequence[RowFix],
    omit: Collection[int],
) -> int:
    return choose(cursor, upload_id, parent_upload_id, fixes=fixes, rows=rows, omit=())


OMITTED = Mutant("an omitted row is sent", _ACT, _ROWS, (choose_those_to_omit_too,))


@instead_of(choose)
def choose_those_half_corrected_too(
    cursor: Cursor,
    upload_id: str,
    parent_upload_id: str,
    *,
    fixes: Sequence[Fix],
    rows: Sequence[RowFix],
    omit: Collection[int],
) -> int:
    """Says of every other error of a row that its cell stays as it is."""
    cursor.execute(
        "SELECT row_number, jsonb_object_agg(error_field, coalesce(value, '')) AS cells FROM validation_errors"
        " WHERE upload_id = %s GROUP BY row_number",
        (parent_upload_id,),
    )
    fields, single = {fix.error_field for fix in fixes}, {row.row_number for row in rows}
    wrong = [(each.row_number, each.cells) for each in cursor if each.row_number not in single]
    others = [
        RowFix(row, {field: value for field, value in cells.items() if field not in fields})
        for row, cells in wrong
        if fields & cells.keys()
    ]
    return choose(cursor, upload_id, parent_upload_id, fixes=fixes, rows=[*rows, *others], omit=omit)


HALF_CORRECTED = Mutant("a row is sent with an error left", _ACT, _ROWS, (choose_those_half_corrected_too,))


@instead_of(choose)
def choose_the_parents_version(
    cursor: Cursor,
    upload_id: str,
    parent_upload_id: str,
    *,
    fixes: Sequence[Fix],
    rows: Sequence[RowFix],
    omit: Collection[int],
) -> int:
    count = choose(cursor, upload_id, parent_upload_id, fixes=fixes, rows=rows, omit=omit)
    cursor.execute(
        "UPDATE corrections SET source_upload_id = %s, row_numbers = parent_row_numbers WHERE upload_id = %s",
        (parent_upload_id, upload_id),
    )
    return count


OLD_VERSION = Mutant(
    "a second correction takes the parent's version of a row",
    _ACT,
    "latest version",
    (choose_the_parents_version,),
)


@instead_of(correct)
def correct_and_remember(
    upload_id: str,
    correction: Correction,
    caller: Principal,
    db: Cursor,
    services: Services,
    after_commit: BackgroundTasks,
) -> tuple[Upload, str | None, int]:
    corrected = correct(upload_id, correction, caller, db, services, after_commit)
    category_fixes.remember(db, str(corrected[0].vendor_id), upload_id, correction.cause_fixes())
    return corrected


KEPT_BY_DRY_RUN = Mutant("a dry run keeps an alias", _ACT, "a dry run has kept", (correct_and_remember,))


@instead_of(note_accepted)
def count_whatever_arrives(cursor: Cursor, parent_upload_id: str, parent_rows: Sequence[int]) -> None:
    note_accepted(cursor, parent_upload_id, parent_rows)
    cursor.execute(
        "UPDATE upload_history SET corrected_records = corrected_records + %s WHERE upload_id = %s",
        (len(parent_rows), parent_upload_id),
    )


COUNTED_TWICE = Mutant("a corrected row counts twice", _ACT, _COUNTS, (count_whatever_arrives,))


@instead_of(note_accepted)
def count_for_the_parent_alone(cursor: Cursor, parent_upload_id: str, parent_rows: Sequence[int]) -> None:
    cursor.execute(
        """
        WITH added AS (
            INSERT INTO corrected_rows (upload_id, row_number) SELECT %(parent)s, unnest(%(rows)s::int[])
            ON CONFLICT DO NOTHING RETURNING row_number
        )
        UPDATE upload_history SET corrected_records = corrected_records + (SELECT count(*) FROM added)
        WHERE upload_id = %(parent)s
        """,
        {"parent": parent_upload_id, "rows": list(parent_rows)},
    )


PARENT_ALONE = Mutant("a corrected row counts for none but the parent", _ACT, _COUNTS, (count_for_the_parent_alone,))


@instead_of(note_rejected_again)
def forget_those_rejected_again(cursor: Cursor, upload_id: str, rows: Sequence[tuple[int, int]]) -> None:
    """Writes nothing."""


FORGOTTEN = Mutant(
    "rows that are rejected again are forgotten",
    _ACT,
    "was refused",
    (forget_those_rejected_again,),
)


@instead_of(_note_corrections)
def count_those_of_dry_runs_too(
    cursor: Cursor, upload: SurveyedUpload, accepted: Sequence[Verdict], rejected: Sequence[Verdict]
) -> None:
    _note_corrections(cursor, replace(upload, dry_run=False), accepted, rejected)


COUNTED_DRY_RUN = Mutant("a dry run counts", _ACT, _COUNTS, (count_those_of_dry_runs_too,))

MUTANTS = (
    OMITTED, HALF_CORRECTED, OLD_VERSION, KEPT_BY_DRY_RUN, COUNTED_TWICE, PARENT_ALONE, FORGOTTEN, COUNTED_DRY_RUN
)  # fmt: skip
