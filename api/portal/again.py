"""What the page of an ended upload offers to do with its file again, and what was done with it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from api.portal.column_form import UNITS, ColumnForm, first_form, option_samples, proposal_in
from api.portal.file_headers import FileHeader, file_headers
from api.portal.guards import guards_context, guards_in
from api.portal.statuses import Chip, chip_of
from api.portal.stored_files import has_stored_file
from api.schemas.decisions import MAX_SHEET_NAME
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.products import active_categories
from pipeline.postgres.queries.uploads import Scope, UploadFilter, find_uploads, processed_again
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.reading.header.causes import is_a_product

_MOST = 5


class Question(StrEnum):
    """What a refused upload asks its vendor."""

    ENCODING = "encoding"
    COLUMNS = "columns"
    GUARDS = "guards"


def again_context(session: Session, scope: Scope, upload: Upload) -> dict[str, Any]:
    """What the template needs: whether the file can be processed again, the uploads that do, and a form to it."""
    context: dict[str, Any] = {
        "can_process_again": has_stored_file(upload) and not upload.undo_of,
        "max_sheet_name": MAX_SHEET_NAME,
        "processed_again": _processed_again(session, scope, upload),
    }
    question = question_of(upload)
    context["asks"] = bool(question and not context["processed_again"])
    match question:
        case Question.ENCODING:
            return context | encoding_context(upload)
        case Question.COLUMNS:
            headers = file_headers(upload, proposal_in(upload))
            return context | columns_context(session, first_form(session.cursor, upload, headers))
        case Question.GUARDS:
            return context | guards_context(upload)
    return context


def question_of(upload: Upload) -> Question | None:
    """What its vendor can answer, so that the file of a refused upload can be processed."""
    if not has_stored_file(upload):
        return None
    if guards_in(upload):
        return Question.GUARDS
    proposal = proposal_in(upload)
    if not proposal:
        return None
    if proposal.encodings:
        return Question.ENCODING
    return Question.COLUMNS if _names(file_headers(upload, proposal)) else None


def asks(cursor: Cursor, uploads: Iterable[Upload]) -> set[str]:
    """The ids of those that wait for an answer: nobody has processed their file again since."""
    asking = {upload.upload_id for upload in uploads if upload.failure and question_of(upload)}
    return asking - processed_again(cursor, asking) if asking else set()


def _processed_again(session: Session, scope: Scope, upload: Upload) -> list[tuple[Upload, Chip]]:
    filters = UploadFilter(source_upload_id=upload.upload_id)
    later = find_uploads(session.cursor, scope, filters, after=None, limit=_MOST)
    return [(upload, chip_of(upload.status)) for upload, _ in later]


def _names(headers: Sequence[FileHeader]) -> bool:
    """Whether these can be the names of columns. A product, or a line that was not split, cannot be chosen from."""
    return len(headers) > 1 and not is_a_product([each.header for each in headers])


def columns_context(session: Session, form: ColumnForm) -> dict[str, Any]:
    """What the template of the form for columns needs."""
    return {
        "form": form,
        "units": UNITS,
        "option_samples": option_samples,
        "categories": [category.category_name for category in active_categories(session)],
    }


def encoding_context(upload: Upload) -> dict[str, Any]:
    """What the template of the form for encodings needs."""
    proposal = proposal_in(upload)
    return {"encodings": proposal.encodings if proposal else (), "chosen_encoding": "", "encoding_problem": ""}
