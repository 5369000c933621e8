"""Taking an upload back in the portal: first as a dry run, whose page says what would happen, then for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, Response
from fastapi.responses import RedirectResponse

from api import undo_commands
from api.audit import note_if_support
from api.dependencies import AppServices
from api.entry.door import Door
from api.portal.session import FormSender
from api.portal.upload_summary import result_of
from api.sessions import DbSession
from pipeline.domain.uploads import OUTCOME_STATUSES
from pipeline.outcome.undo_sentences import undo_sentence
from pipeline.outcome.upload_view import undo_until
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.undo_states import NamedUpload, kept_for, named_upload, undone_by
from pipeline.postgres.queries.uploads import find_upload
from pipeline.postgres.rows import Upload
from pipeline.postgres.support_actions import Action, SupportAction

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/uploads/{upload_id}")

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Undo:
    """What the page of an undo says. `done` is the undo that takes the same upload back for good, if there is one."""

    undone: NamedUpload
    sentence: str
    kept_for: Sequence[tuple[str, str]]
    """The ids and file names of uploads whose changes stay."""
    done: NamedUpload | None


@router.post("/undo")
def undo(
    upload_id: str,
    visitor: FormSender,
    session: DbSession,
    services: AppServices,
    after_commit: BackgroundTasks,
    dry_run: Annotated[bool, Form()] = False,
) -> Response:
    """Whoever sends the form twice comes to the undo that there is."""
    caller, db = visitor.principal, session.cursor
    if not dry_run and (done := _done_already(db, caller.vendor_id, upload_id)):
        return RedirectResponse(f"/uploads/{done.upload_id}", 303)
    upload, _ = undo_commands.undo(upload_id, caller, db, services, after_commit, dry_run=dry_run)
    details = {"file_name": upload.file_name, "undo_of": upload_id, "dry_run": dry_run}
    action = Action(SupportAction.UPLOAD_UNDONE, upload.vendor_id, upload.upload_id, details)
    note_if_support(caller, action, session, after_commit)
    return RedirectResponse(f"/uploads/{upload.upload_id}", 303)


def undo_context(db: Cursor, upload: Upload) -> dict[str, Any]:
    """What the templates of an ended upload need."""
    done = undone_by(db, upload.upload_id)
    until = None if done else undo_until(vars(upload))
    context: dict[str, Any] = {"undone_by": done, "undo_until": until if until and until > datetime.now(UTC) else None}
    if (found := _undo_of(db, upload)) is None:
        return context
    return context | {"undo": found} | ({"sentence": found.sentence} if found.sentence else {})


def _undo_of(db: Cursor, upload: Upload) -> Undo | None:
    undone = named_upload(db, upload.undo_of) if upload.undo_of else None
    if undone is None:
        return None
    is_decided = upload.status in OUTCOME_STATUSES and not upload.failure
    return Undo(
        undone=undone,
        sentence=undo_sentence(result_of(upload)) if is_decided else "",
        kept_for=kept_for(db, upload.upload_id, _MOST_NAMED),
        done=undone_by(db, undone.upload_id) if upload.dry_run else None,
    )


def _done_already(db: Cursor, scope: str | None, upload_id: str) -> NamedUpload | None:
    """The undo that takes the upload back already, if the caller may see that."""
    return undone_by(db, upload_id) if find_upload(db, scope, upload_id) else None
