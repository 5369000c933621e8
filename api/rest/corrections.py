"""Corrections: rejected rows are changed and sent again, without a file."""

from fastapi import APIRouter, BackgroundTasks

from api import correction_commands
from api.dependencies import ApiUrl, AppServices, Caller, Db, Nothing
from api.entry.door import Door
from api.idempotency import OnlyOnce
from api.schemas.corrections import CorrectedUpload, Correction
from api.schemas.views import upload_view

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])


@router.post(
    "/{upload_id}/corrections",
    status_code=202,
    operation_id="correct_upload",
    summary="Correct rejected rows of an upload and process them again",
)
def correct_upload(
    upload_id: str,
    correction: Correction,
    _: Nothing,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
    after_commit: BackgroundTasks,
) -> CorrectedUpload:
    """The service writes a file of the rows whose errors are all addressed, which is processed as a corrected fix file.
    Values are read as those of the upload's file. A row that was corrected before and rejected again is changed in its
    latest version."""

    def correct() -> CorrectedUpload:
        upload, vendor_name, count = correction_commands.correct(
            upload_id, correction, caller, db, services, after_commit
        )
        view = upload_view(upload, vendor_name, api_url, caller)
        return CorrectedUpload(**view.model_dump(), corrected_rows=count)

    return once.answer(correction.model_dump_json().encode(), correct, status=202)  # type: ignore[return-value]
