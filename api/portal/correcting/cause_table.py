"""The table of causes in the form for corrections, with what can be done about each."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from api.answers.paging import read_slice
from api.portal.correcting.form import choices_in
from pipeline.postgres.causes import MOST_FREQUENT, causes_of
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session

_PAGE = 50


def cause_table(session: Session, upload: Upload, cursor: str | None, sent: Mapping[str, str]) -> dict[str, Any]:
    """The context of the table's template; `sent` is what the form said, if it comes again."""
    causes = read_slice(MOST_FREQUENT, cursor, _PAGE, partial(causes_of, session.cursor, upload.upload_id))
    return {"causes": causes.items, "more_causes": causes.next_cursor, "choices": choices_in(sent)}
