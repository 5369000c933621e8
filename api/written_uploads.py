"""Uploads whose files the service writes itself, out of what an earlier upload has left."""

from datetime import UTC, datetime
from typing import Any

from pipeline.domain.decisions import Decisions
from pipeline.domain.uploads import UploadStatus, new_upload_id, upload_key
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.rows import Upload


def written_upload(
    source: Upload, file_name: str, decisions: Decisions, caller: Principal, *, dry_run: bool, **origin: Any
) -> Upload:
    """An upload that is processed as soon as its file is written; `origin` says what it comes from."""
    now = datetime.now(UTC)
    upload_id = new_upload_id(now)
    return Upload(
        upload_id=upload_id,
        vendor_id=source.vendor_id,
        file_name=file_name,
        file_s3_key=upload_key(str(source.vendor_id), upload_id, file_name),
        status=UploadStatus.PROCESSING,
        mode=decisions.mode,
        decisions=decisions.as_json(),
        dry_run=dry_run,
        created_by=f"{caller.key_prefix}…",
        upload_timestamp=now,
        processing_started_at=now,
        last_progress_at=now,
        **origin,
    )
