"""Uploads as the REST API announces them."""

from datetime import UTC, datetime, timedelta

from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.postgres.rows import Upload


def announced_upload(
    upload_id: str,
    vendor_id: str,
    key: str,
    decisions: Decisions = NO_DECISIONS,
    *,
    dry_run: bool = False,
    file_name: str = "products.csv",
) -> Upload:
    """The request names the decisions that differ from the usual ones."""
    chosen, usual, now = decisions.as_json(), NO_DECISIONS.as_json(), datetime.now(UTC)
    named = {name: value for name, value in chosen.items() if value != usual[name]}
    return Upload(
        upload_id=upload_id, vendor_id=vendor_id, file_name=file_name, file_s3_key=key, mode=decisions.mode,
        decisions=chosen, requested_decisions=named, dry_run=dry_run, upload_timestamp=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
