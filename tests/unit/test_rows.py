"""Rows as PostgreSQL answers them."""

from datetime import UTC, datetime

from pipeline.domain.decisions import UploadMode
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.rows import Upload, row_of

_NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_an_upload_has_its_closed_sets_as_enums() -> None:
    columns = Upload(upload_id="U", file_name="a.csv", file_s3_key="k", upload_timestamp=_NOW).model_dump()
    upload = row_of(Upload, (columns | {"status": "partial", "mode": "create"}).values())
    assert (upload.status, upload.mode) == (UploadStatus.PARTIAL, UploadMode.CREATE)
    assert isinstance(upload.status, UploadStatus)


def test_an_upload_without_a_file_is_readable() -> None:
    columns = Upload(upload_id="U", file_name="a.csv", file_s3_key="k", upload_timestamp=_NOW).model_dump()
    assert row_of(Upload, (columns | {"file_s3_key": None}).values()).upload_id == "U"
