"""Turns rows of the database into the schemas that clients see."""

from pipeline.outcome import upload_view as outcome
from pipeline.outcome.upload_view import UploadView
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.rows import Upload


def upload_view(upload: Upload, vendor_name: str | None, api_url: str, caller: Principal) -> UploadView:
    return outcome.upload_view(dict(upload), vendor_name, api_url=api_url, for_support=caller.is_support)
