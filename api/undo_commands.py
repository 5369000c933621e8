"""The command that takes an upload back."""

from datetime import UTC, datetime

from fastapi import BackgroundTasks

from api.answers.downloads import not_ready
from api.answers.problems import Problem, ProblemCode
from api.dependencies import Db
from api.lookups import check_may_write, require_upload
from api.written_uploads import written_upload
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.uploads import FINAL_STATUSES, UNDO_PERIOD, undo_name
from pipeline.logs import log
from pipeline.outcome.upload_view import undo_until
from pipeline.postgres import undos
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries import uploads
from pipeline.postgres.rows import Upload
from pipeline.services import Services

_DECISIONS = Decisions(UploadMode.UPDATE)


def undo(
    upload_id: str, caller: Principal, db: Db, services: Services, after_commit: BackgroundTasks, *, dry_run: bool
) -> tuple[Upload, str | None]:
    """Takes back what an upload wrote, as a new upload, and returns that with its vendor's name."""
    undone, vendor_name = require_upload(db, caller, upload_id)
    check_may_write(db, caller)
    check_can_undo(db, undone)
    name = undo_name(undone.file_name)
    upload = written_upload(undone, name, _DECISIONS, caller, dry_run=dry_run, undo_of=upload_id)
    uploads.add_undo(db, upload)
    log("upload.undo_requested", upload_id=upload.upload_id, undo_of=upload_id, dry_run=dry_run)
    # If the process dies before this, the sweeper has the file written.
    after_commit.add_task(services.error_queue.undo_requested, upload.upload_id)
    return upload, vendor_name


def check_can_undo(db: Db, upload: Upload) -> None:
    """Raises a Problem unless the upload has ended, wrote something, and is neither too old nor taken back already.

    Until the transaction ends, no other can take it back.
    """
    if upload.status not in FINAL_STATUSES:
        raise not_ready(f"The upload is {upload.status}; it can be taken back when it has ended.")
    until = undo_until(dict(upload))
    if until is None:
        dry = "It was a dry run, which" if upload.dry_run else "The upload"
        raise Problem(ProblemCode.NOTHING_TO_UNDO, f"{dry} changed nothing in the catalogue.")
    if undo_id := undos.lock_for_undo(db, upload.upload_id):
        raise Problem(ProblemCode.NOTHING_TO_UNDO, f"The upload has been taken back already, by upload {undo_id}.")
    if until < datetime.now(UTC):
        raise Problem(
            ProblemCode.TOO_LATE,
            f"An upload can be taken back for {UNDO_PERIOD.days} days; this one could be until {until:%Y-%m-%d}.",
        )
