"""Undo: what an upload did to the catalogue is taken back."""

from fastapi import APIRouter, BackgroundTasks

from api import undo_commands
from api.dependencies import ApiUrl, AppServices, Caller, Db, Nothing
from api.entry.door import Door
from api.idempotency import OnlyOnce
from api.schemas.uploads import Undone, UploadView
from api.schemas.views import upload_view

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])

_FOR_GOOD = Undone()


@router.post(
    "/{upload_id}/undo", status_code=202, operation_id="undo_upload", summary="Take back what an upload changed"
)
def undo_upload(
    upload_id: str,
    _: Nothing,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
    after_commit: BackgroundTasks,
    undone: Undone = _FOR_GOOD,
) -> UploadView:
    """Fields get the values that they had before, and products that the upload created are removed, unless another
    upload has changed them since. It is an upload itself, with a record for each one that wrote, and can be taken back
    as well. An upload can be taken back once, until `undo_until`."""

    def undo() -> UploadView:
        upload, vendor_name = undo_commands.undo(upload_id, caller, db, services, after_commit, dry_run=undone.dry_run)
        return upload_view(upload, vendor_name, api_url, caller)

    return once.answer(undone.model_dump_json().encode(), undo, status=202)  # type: ignore[return-value]
