"""Turns what the database knows into the shapes that clients see."""

from pipeline.outcome.upload_view import UploadView
from pipeline.outcome.upload_view import upload_view as shown_upload
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.rows import Upload


def upload_view(upload: Upload, vendor_name: str | None, api_url: str, caller: Principal) -> UploadView:
    return shown_upload(dict(upload), vendor_name, api_url=api_url, for_support=caller.is_support)
