"""Turns what the database knows into the shapes that clients see."""

from api.schemas import ErrorView
from pipeline.adapters.api_keys import Principal
from pipeline.adapters.tables import Upload, ValidationError
from pipeline.domain.upload_view import UploadView
from pipeline.domain.upload_view import upload_view as shown_upload


def upload_view(upload: Upload, vendor_name: str | None, api_url: str, caller: Principal) -> UploadView:
    return shown_upload(upload.model_dump(), vendor_name, api_url=api_url, for_support=caller.is_support)


def error_view(error: ValidationError, api_url: str) -> ErrorView:
    shown = error.model_dump(exclude={"error_id", "report_order", "vendor_id"})
    return ErrorView(**shown, help_url=f"{api_url}/docs#{error.error_type}")
