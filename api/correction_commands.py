"""The command that corrects rejected rows of an upload."""

from dataclasses import replace

from fastapi import BackgroundTasks

from api.answers.downloads import check_retention, not_ready
from api.answers.problems import Problem, ProblemCode
from api.dependencies import Db
from api.lookups import check_may_write, require_upload
from api.schemas.corrections import Correction
from api.written_uploads import written_upload
from pipeline.domain.columns import column_of, columns_served, stored_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.uploads import FINAL_STATUSES, corrected_name
from pipeline.logs import log
from pipeline.postgres import category_fixes, correction_rows
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries import uploads
from pipeline.postgres.rows import Upload
from pipeline.services import Services


def correct(
    upload_id: str, correction: Correction, caller: Principal, db: Db, services: Services, after_commit: BackgroundTasks
) -> tuple[Upload, str | None, int]:
    """A new upload of the rejected rows that are corrected, its vendor's name, and how many rows it has."""
    parent, vendor_name = require_upload(db, caller, upload_id)
    check_may_write(db, caller)
    check_can_correct(parent)
    _check_headers_are_free(parent, correction)
    decisions = replace(Decisions.of(parent.decisions), encoding=None, sheet=None)
    name = corrected_name(parent.file_name)
    upload = written_upload(parent, name, decisions, caller, dry_run=correction.dry_run, parent_upload_id=upload_id)
    uploads.add_correction(db, upload, parent)
    fixes = correction.cause_fixes()
    count = correction_rows.choose(
        db, upload.upload_id, upload_id, fixes=fixes, rows=correction.row_fixes(), omit=correction.omit
    )
    if not count:
        raise _nothing_matched()  # which takes the upload back
    if correction.remember and not correction.dry_run:
        category_fixes.remember(db, str(parent.vendor_id), upload_id, fixes)
    log("upload.correction_requested", upload_id=upload.upload_id, parent_upload_id=upload_id, rows=count)
    # If the process dies before this, the sweeper has the file written.
    after_commit.add_task(services.error_queue.correction_requested, upload.upload_id)
    return upload, vendor_name, count


def can_correct_here(upload: Upload) -> bool:
    """Whether there are rejected rows left that can be corrected in the portal; those of a dry run cannot: its accepted
    rows are not in the catalogue either."""
    try:
        check_can_correct(upload)
    except Problem:
        return False
    return not upload.dry_run and upload.error_records > upload.corrected_records


def check_can_correct(parent: Upload) -> None:
    """Raises a Problem unless the upload has ended with rejected rows, and its reports are there."""
    if parent.status not in FINAL_STATUSES:
        raise not_ready(f"The upload is {parent.status}; its rows can be corrected when it has ended.")
    if not parent.error_records or parent.undo_of:  # the file of an undo says only which records are taken back
        raise _nothing_matched()
    check_retention(parent)
    if parent.fix_file_s3_key is None:  # a cancelled or abandoned upload ends before its reports are written
        raise not_ready("The upload has ended, and its reports are being written. Try again in a moment.")


def _check_headers_are_free(parent: Upload, correction: Correction) -> None:
    """Refuses a column that the file has not, if its name is the header of something else there."""
    columns = stored_header(parent.file_columns or ())
    headers = {column_of(column.header) for column in columns}
    if taken := sorted((correction.changed_columns() & headers).difference(columns_served(columns))):
        message = "is not read from this file, which has a header of that name for something else"
        errors = [{"field": column, "message": message} for column in taken]
        raise Problem(ProblemCode.INVALID_REQUEST, f"{taken[0]}: {message}", errors=errors)


def _nothing_matched() -> Problem:
    return Problem(
        ProblemCode.NOTHING_MATCHED,
        "No rejected row has all of its errors addressed by this. GET errors/summary lists the causes.",
    )
