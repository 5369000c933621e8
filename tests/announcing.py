"""Uploads as the REST API announces them."""

from datetime import UTC, datetime, timedelta

from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.postgres.rows import Upload


def announced_upload(
    upload_id: str, vendor_id: str, key: str, decisions: Decisions = NO_DECISIONS, *, dry_run: bool = False
) -> Upload:
    chosen, now = decisions.as_json(), datetime.now(UTC)
    return Upload(
        upload_id=upload_id, vendor_id=vendor_id, file_name="products.csv", file_s3_key=key, mode=decisions.mode,
        decisions=chosen, requested_decisions=chosen, dry_run=dry_run, upload_timestamp=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
