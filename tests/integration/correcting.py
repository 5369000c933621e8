"""A file and the corrections of its rejected rows, decided directly in PostgreSQL within one transaction."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from uuid import uuid4

from pipeline.checking.survey import Survey, staged_records, survey
from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.failures import Limits
from pipeline.outcome import reports
from pipeline.outcome.corrected_file import ChangedRow, FixFileSource, corrected_file, target_columns
from pipeline.postgres import claims, survey_results, verdicts
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import add_correction, add_upload
from pipeline.stages import validate
from pipeline.stages.decide import decide
from pipeline.stages.verdict import Verdict
from tests.announcing import announced_upload
from tests.integration.deciding import LEASE, VENDOR
from tests.stack import tag

Changes = Mapping[int, Mapping[str, str]]
"""New cells by row number and column."""


@dataclass(frozen=True)
class Sent:
    """A file that was read, and what became of its records."""

    upload_id: str
    survey: Survey
    verdicts: Sequence[Verdict]


def send(cursor: Cursor, content: bytes, decisions: Decisions = NO_DECISIONS, *, currency: str = "") -> Sent:
    upload_id = _new_id()
    add_upload(cursor, announced_upload(upload_id, VENDOR, upload_id, decisions))
    return _processed(cursor, upload_id, content, currency)


def correct(
    cursor: Cursor, parent: Sent, changes: Changes, decisions: Decisions = NO_DECISIONS, *, currency: str = ""
) -> Sent:
    """The upload of a correction with the file that the service writes for it."""
    upload_id = _new_id()
    above = announced_upload(parent.upload_id, VENDOR, parent.upload_id)
    upload = announced_upload(upload_id, VENDOR, upload_id, decisions)
    upload.parent_upload_id = parent.upload_id
    add_correction(cursor, upload, above)
    return _processed(cursor, upload_id, file_of(parent, changes), currency)


def file_of(parent: Sent, changes: Changes) -> bytes:
    """The corrected file of rejected rows."""
    layout, delimiter = parent.survey.format.layout, parent.survey.format.delimiter or ","
    rejected = [verdict for verdict in parent.verdicts if verdict.errors]
    errors = [
        reports.RejectedRow(v.row_number, [e.message for e in v.errors], [e.suggestion for e in v.errors])
        for v in rejected
    ]
    rows = [verdict.record.row for verdict in rejected]
    fix_file = b"".join(reports.fix_file(parent.upload_id, layout.columns, rows, errors, delimiter))
    lines = io.StringIO(fix_file.decode("utf-8-sig"), newline="")
    chosen = [ChangedRow(number, number, cells) for number, cells in sorted(changes.items())]
    columns = target_columns(layout.columns, [layout.columns], {name for cells in changes.values() for name in cells})
    source = FixFileSource(lines, delimiter, layout.columns, chosen)
    return b"".join(corrected_file(parent.upload_id, columns, [source], delimiter))


def _new_id() -> str:
    return f"UPLOAD_20260101_000000_{tag()[:8]}"


def _processed(cursor: Cursor, upload_id: str, content: bytes, currency: str) -> Sent:
    """Claims, surveys and decides as csv-parser and product-validator do."""
    token, limits = uuid4(), Limits()
    claimed = claims.claim(cursor, upload_id, token=token, lease=LEASE, version_id="1")
    assert claimed
    result = survey(
        lambda: io.BytesIO(content),
        claimed.categories,
        limits,
        scratch=TemporaryFile,
        decisions=claimed.decisions,
        currency=currency,
        known=claimed.numbers,
    )
    assert survey_results.store_survey(cursor, upload_id, token=token, lease=LEASE, survey=result)
    surveyed = verdicts.find_surveyed(cursor, upload_id)
    assert surveyed
    batch = [
        validate._check(surveyed, staged, None)
        for staged in staged_records(lambda: io.BytesIO(content), result, limits)
    ]
    return Sent(upload_id, result, decide(cursor, surveyed, batch).verdicts)
