"""One rejected row judged again with changed cells, before it is sent: by the rules of its correction's upload.

It writes nothing. Duplicates are not looked for: only the whole file, and the moment when it is processed, show them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.checking.conflicts import RULE_OF_KEY, judge
from pipeline.checking.survey import StagedRecord
from pipeline.domain.errors import RowError
from pipeline.outcome.corrected_row import ReceivedRow, corrected_row
from pipeline.postgres import category_aliases
from pipeline.postgres.database import Cursor
from pipeline.postgres.verdicts import SurveyedUpload, find_surveyed
from pipeline.stages.decide import compare
from pipeline.stages.verdict import Verdict, with_all_errors

_DUPLICATES = frozenset(RULE_OF_KEY.values())
_OF_NO_UPLOAD = ""  # the upload of the correction, which has created nothing


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """The errors for which a row would be rejected, and those in values that it would be accepted without."""

    errors: Sequence[RowError]
    left_out: Sequence[RowError] = ()


def judge_corrected(
    cursor: Cursor, parent_upload_id: str, received: ReceivedRow, new: Mapping[str, str], *, currency: str
) -> JudgedRow | None:
    """`new` are the changed cells by column. None if the parent was never read."""
    parent = find_surveyed(cursor, parent_upload_id)
    if parent is None:
        return None
    corrected = corrected_row(parent.layout, received, new, currency=currency)
    upload = replace(
        parent,
        upload_id=_OF_NO_UPLOAD,
        layout=corrected.layout,
        categories=category_aliases.understood_categories(cursor, parent.vendor_id),
    )
    return judge_record(cursor, upload, StagedRecord(upload.layout.record(corrected.row)))


def judge_record(cursor: Cursor, upload: SurveyedUpload, staged: StagedRecord) -> JudgedRow:
    """What a validator would say of a record, but for duplicates."""
    judged = judge(staged, upload.layout, upload.categories)
    verdict = Verdict(judged.staged, _but_duplicates(judged.errors), left_out=judged.left_out)
    (compared,) = compare(cursor, upload, [verdict], is_newest=True)
    errors = _but_duplicates(compared.errors)
    if not errors:
        return JudgedRow((), compared.left_out)
    return JudgedRow(_but_duplicates(with_all_errors(compared).errors))


def _but_duplicates(errors: Sequence[RowError]) -> list[RowError]:
    return [error for error in errors if error.error_type not in _DUPLICATES]
