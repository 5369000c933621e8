"""What the page of an ended upload offers to do with its file again, and what was done with it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from api.portal.column_form import UNITS, ColumnForm, first_form, option_samples, proposal_in
from api.portal.file_headers import FileHeader, file_headers
from api.portal.statuses import Chip, chip_of
from api.portal.upload_summary import corrected_so_far
from pipeline.domain.uploads import files_expire_at
from pipeline.postgres.queries.products import active_categories
from pipeline.postgres.queries.uploads import Scope, UploadFilter, find_uploads
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session
from pipeline.reading.header.causes import is_a_product

_MOST = 5


def again_context(session: Session, scope: Scope, upload: Upload) -> dict[str, Any]:
    """What the template needs: whether the file can be processed again, the uploads that do, and a form to it."""
    context: dict[str, Any] = {
        "can_process_again": has_stored_file(upload),
        "processed_again": _newest(session, scope, UploadFilter(source_upload_id=upload.upload_id)),
        "corrections": corrected_so_far(upload),
        "corrected_by": _newest(session, scope, UploadFilter(parent_upload_id=upload.upload_id, dry_run=False)),
    }
    proposal = proposal_in(upload)
    if not proposal or not context["can_process_again"]:
        return context
    if proposal.encodings:
        return context | encoding_context(upload)
    headers = file_headers(upload, proposal)
    return (
        context | columns_context(session, first_form(session.cursor, upload, headers)) if _names(headers) else context
    )


def _newest(session: Session, scope: Scope, filters: UploadFilter) -> list[tuple[Upload, Chip]]:
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


def has_stored_file(upload: Upload) -> bool:
    until = files_expire_at(upload.file_arrived_at or upload.processing_started_at)
    return upload.file_version_id is not None and (until is None or until > datetime.now(UTC))
