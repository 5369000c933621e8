"""Turns what the database knows into the shapes that clients see."""

from dataclasses import asdict

from api.schemas import ErrorView
from pipeline.outcome.upload_view import UploadView
from pipeline.outcome.upload_view import upload_view as shown_upload
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.tables import Upload, ValidationError


def upload_view(upload: Upload, vendor_name: str | None, api_url: str, caller: Principal) -> UploadView:
    return shown_upload(asdict(upload), vendor_name, api_url=api_url, for_support=caller.is_support)


def error_view(error: ValidationError, api_url: str) -> ErrorView:
    return ErrorView(**asdict(error), help_url=f"{api_url}/docs#{error.error_type}")
