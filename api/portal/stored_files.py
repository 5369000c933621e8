"""Whether the file of an upload can still be processed again."""

from datetime import UTC, datetime

from pipeline.domain.uploads import files_expire_at
from pipeline.postgres.rows import Upload


def has_stored_file(upload: Upload) -> bool:
    until = files_expire_at(upload.file_arrived_at or upload.processing_started_at)
    return upload.file_version_id is not None and (until is None or until > datetime.now(UTC))
